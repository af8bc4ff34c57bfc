/** Seven digits or more, with up to two of space . - ( ) / between them: a phone number may hide in any text. */
const number = /\p{Nd}(?:[ .\-()/]{0,2}\p{Nd}){6,}/gu;

/** A text as the log keeps it: without what may be a number in it. */
export function shownInLog(text: string): string {
  return text.replace(number, '•••••');
}
