/** How many digits a decimal's text has behind its point. */
export function fractionDigitsOf(decimal: string): number {
  const point = decimal.indexOf('.');
  return point < 0 ? 0 : decimal.length - point - 1;
}

/** An exact decimal as a whole number of units of 10^-digits; it has at most so many fractional digits. */
export function scaleDecimal(decimal: string, digits: number): bigint {
  return BigInt(decimal.replace('.', '') + '0'.repeat(digits - fractionDigitsOf(decimal)));
}

/** The shortest text of a number of units of 10^-digits. */
export function unscaleDecimal(units: bigint, digits: number): string {
  const size = String(units < 0n ? -units : units).padStart(digits + 1, '0');
  const whole = size.slice(0, size.length - digits);
  const fraction = size.slice(size.length - digits).replace(/0+$/, '');
  return `${units < 0n ? '-' : ''}${whole}${fraction && `.${fraction}`}`;
}

/** Compares exact decimals in their text form. */
export function compareDecimals(a: unknown, b: unknown): number {
  const [left, right] = [String(a), String(b)];
  const digits = Math.max(fractionDigitsOf(left), fractionDigitsOf(right));
  const difference = scaleDecimal(left, digits) - scaleDecimal(right, digits);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** "1.500" and "2.0" are how the database may write what is shown as "1.5" and "2". */
export function trimDecimal(text: string | null): string | null;
export function trimDecimal(text: string | null | undefined): string | null | undefined;
export function trimDecimal(text: string | null | undefined): string | null | undefined {
  return text?.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
