import { getCountries, getCountryCallingCode } from 'libphonenumber-js/max';
import { mask } from './digit-runs.ts';

const e164 = /^\+(\d+)$/;
/** No number with fewer digits behind its country code is shown in part. */
const fewestDigits = 7;
const longestCode = 3;
const callingCodes: ReadonlySet<string> = new Set(getCountries().map((country) => getCountryCallingCode(country)));

/**
 * A kept number as it is shown where numbers are masked: `+91 98•••••210`. Of the digits behind the country code at most two
 * leading and three trailing ones are shown, and never more than half. Wholly hidden is what is short, or no number.
 */
export function maskNumber(number: string): string {
  const digits = e164.exec(number)?.[1] ?? '';
  const code = codeOf(digits);
  const national = digits.slice(code.length);
  const { length } = national;
  if (code === '' || length < fewestDigits) return mask;
  const leading = Math.min(2, Math.floor(length / 4));
  const trailing = Math.min(3, Math.floor(length / 2) - leading);
  const hidden = '•'.repeat(length - leading - trailing);
  return `+${code} ${national.slice(0, leading)}${hidden}${national.slice(length - trailing)}`;
}

/** No code is the beginning of another one. */
function codeOf(digits: string): string {
  for (let length = 1; length <= longestCode; length++) {
    const code = digits.slice(0, length);
    if (callingCodes.has(code)) return code;
  }
  return '';
}
