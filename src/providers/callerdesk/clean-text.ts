const suspicious = /[\0\ud800-\udfff]/;
const unstorable = /[\0\p{Surrogate}]/gu;

/** Text that UTF-8 and Postgres can hold: NUL and lone surrogates become U+FFFD. */
export function cleanText(text: string): string {
  return suspicious.test(text) ? text.replace(unstorable, '\ufffd') : text;
}

/** At most so many UTF-16 units of a clean text, never half a character. */
export function cutText(text: string, max: number): string {
  if (text.length <= max) return text;
  const cut = text.slice(0, max);
  return /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut;
}
