import { getCountryCallingCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { compactNumber, indianMobile, isIdentity, normalizeNumber } from './normalize-number.ts';
import { isTooLong } from './read-digits.ts';

/**
 * A number as it is kept, and as it was kept before the rules changed: what is stored stays so until it is read again.
 * The first is the one by today's rules.
 */
export function readingsOf(text: string | null | undefined, region: string): string[] {
  const number = normalizeNumber(text, region);
  if (!text || number === null) return [];
  const digits = number.replace(/^\+/, '');
  const national = parsePhoneNumberFromString(number)?.nationalNumber ?? digits;
  const spellings = [text, digits, `0${digits}`, `${national}.0`, `0${national}.0`, `${digits}.0`];
  const former = spellings
    .filter((spelling) => normalizeNumber(spelling, region) === number)
    .map((spelling) => formerReading(spelling, region));
  return [...new Set([number, ...former])];
}

/**
 * A kept number as today's rules read what it was made of, where it was more digits than the region's numbers have: what was
 * sent is no longer there. Any other is as it is.
 */
export function rereadNumber(kept: string | null, region: string): string | null {
  if (kept === null || !isIdentity(kept)) return kept;
  if (!kept.startsWith('+')) return normalizeNumber(kept, region);
  const own = isSupportedCountry(region) ? `+${getCountryCallingCode(region)}` : null;
  if (own === null || !kept.startsWith(own) || parsePhoneNumberFromString(kept)?.isValid()) return kept;
  const national = kept.slice(own.length);
  return isTooLong(national, region) ? normalizeNumber(national, region) : kept;
}

/** As numbers were read first: whatever may be one in the region. */
function formerReading(text: string, region: string): string {
  const compact = compactNumber(text);
  if (!/^\+?\d{1,64}$/.test(compact)) return text.trim();
  const mobile = region === 'IN' ? indianMobile.exec(compact) : null;
  if (mobile) return `+91${mobile[1]}`;
  const defaultCountry = isSupportedCountry(region) ? region : undefined;
  const parsed = parsePhoneNumberFromString(compact, { defaultCountry, extract: false });
  return parsed?.isPossible() ? parsed.number : compact.replace('+', '');
}
