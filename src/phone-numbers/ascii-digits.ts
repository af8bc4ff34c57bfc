const digit = /\p{Nd}/gu;
const plus = /[\uff0b\ufe62\u207a]/g;

/** A text with the decimal digits of any script, and plus signs of any width, as ASCII has them. */
export function asciiDigits(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII, in which nothing is to be changed
  if (/^[\x00-\x7f]*$/.test(text)) return text;
  return text.replace(plus, '+').replace(digit, (letter) => String(digitValue(letter.codePointAt(0) ?? 0)));
}

/** Ten digits follow each other in every script: how many before this one are digits tells its value. */
function digitValue(codePoint: number): number {
  let first = codePoint;
  while (first > 0 && /\p{Nd}/u.test(String.fromCodePoint(first - 1))) first -= 1;
  return (codePoint - first) % 10;
}
