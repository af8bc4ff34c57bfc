import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { normalizeNumber } from './normalize-number.ts';

/** Fewer digits are found within other texts, such as times, by chance. */
const telling = 7;

export type NumberFinder = {
  /** The digits that every spelling of the number has: those without the country code. */
  digits: string;
  /** Whether they are so many that a text with them in it speaks of this number. */
  isTelling: boolean;
  /** Whether a text holds the number, in any spelling. */
  isIn: (text: string) => boolean;
};

/** Finds a kept number (E.164, or digits) in texts. Region: where numbers without a country code are read. */
export function numberFinder(number: string, region: string): NumberFinder {
  const digits = parsePhoneNumberFromString(number)?.nationalNumber ?? number.replace('+', '');
  const isTelling = digits.length >= telling;
  const isIn = (text: string) => {
    if (!/\d/.test(text)) return false;
    if (normalizeNumber(text, region) === number) return true;
    if (isTelling) return digitsOf(text).includes(digits);
    return (text.match(/\+?\d[\d\s().-]*/g) ?? []).some((part) => normalizeNumber(part, region) === number);
  };
  return { digits, isTelling, isIn };
}

/** The digits of a text in their order. */
export function digitsOf(text: string): string {
  return text.replace(/\D+/g, '');
}
