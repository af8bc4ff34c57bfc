import { getCountries, getCountryCallingCode } from 'libphonenumber-js/max';
import { mask } from './digit-runs.ts';

const e164 = /^\+\d{8,}$/;
/** No number with fewer digits behind its country code is shown in part. */
const fewestDigits = 7;

// No code is the beginning of another one, and none has more than three digits.
const callingCodes = new Set<string>(getCountries().map((country) => getCountryCallingCode(country)));

/** How many digits the code has that a number begins with, by its first three digits; 0: there is none. */
export const codeLengths = Uint8Array.from({ length: 1000 }, (_, first) => {
  const digits = String(first).padStart(3, '0');
  return [1, 2, 3].find((length) => callingCodes.has(digits.slice(0, length))) ?? 0;
});

/**
 * A kept number as it is shown where numbers are masked: `+91 98•••••210`. Of the digits behind the country code at most two
 * leading and three trailing ones are shown, and never more than half. Wholly hidden is what is short, or no number.
 */
export function maskNumber(number: string): string {
  const codeLength = e164.test(number) ? (codeLengths[Number(number.slice(1, 4))] as number) : 0;
  const length = number.length - 1 - codeLength;
  if (codeLength === 0 || length < fewestDigits) return mask;
  const leading = Math.min(2, Math.floor(length / 4));
  const trailing = Math.min(3, Math.floor(length / 2) - leading);
  const from = 1 + codeLength;
  const hidden = '•'.repeat(length - leading - trailing);
  return `${number.slice(0, from)} ${number.slice(from, from + leading)}${hidden}${number.slice(-trailing)}`;
}
