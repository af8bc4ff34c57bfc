import { countDigits } from './count-digits.ts';

const digit = /\p{Nd}/gu;
const escapes = /(?:%[0-9a-f]{2})+/gi;
const fewest = 7;

/** Whether an address has seven digits or more, of any script and however often it is percent-encoded: one may be a number. */
export function holdsSevenDigits(address: string): boolean {
  if (!address.includes('%')) {
    const count = countDigits(address);
    if (count !== null) return count >= fewest;
  }
  let text = address;
  for (let shorter = decoded(text); shorter !== text; shorter = decoded(text)) text = shorter;
  return (text.match(digit) ?? []).length >= fewest;
}

function decoded(text: string): string {
  return text.replace(escapes, (escaped) => Buffer.from(escaped.replaceAll('%', ''), 'hex').toString('utf8'));
}
