/** What spreadsheets take for a formula; behind marks of this service, too, so that a mark can always be told from what was sent. */
const formula = /^'*[=+\-@\t\r\n]/;
const number = /^\+\d+(?: \d*•+\d*)?$/;

/** A text that no spreadsheet computes: one that would be is marked with an apostrophe in front. */
export function neutralise(text: string): string {
  return formula.test(text) ? `'${text}` : text;
}

/** The same of a phone number: what is one, shown or masked, stays as it is. */
export function neutralisePhone(text: string): string {
  return number.test(text) ? text : neutralise(text);
}

/** A phone number as spreadsheets keep it: one in digits alone they would show as a quantity, without the plus. */
export function asSpreadsheetText(text: string, otherwise: (text: string) => string): string {
  return number.test(text) || /^\d+$/.test(text) ? `="${text}"` : otherwise(text);
}
