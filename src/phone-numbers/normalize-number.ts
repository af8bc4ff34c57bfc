import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';

const separators = /[\s\-.()/[\]\u00ad\u200b-\u200f\u2010-\u2015\u202a-\u202e\u2060-\u2069\u2212\uff0d]+/g;
const plain = /^\+?\d+$/;
const withheld = new Set(['anonymous', 'private', 'unknown', 'withheld', 'restricted', 'unavailable']);
const maxLength = 64;
// As most customers' numbers come, who are too many to be remembered: parsing one takes ten microseconds.
const indianMobile = /^(?:\+?91|0)?([6-9]\d{9})$/;
const identity = /^\+?\d{1,32}$/;

/**
 * A phone number as it is kept: E.164 where it is possible in the region, else its digits; what holds more than digits
 * (a mask such as 99xxxxx) as received. Null if there is none, or it was withheld.
 */
export function normalizeNumber(text: string | null | undefined, region: string): string | null {
  if (!text) return null;
  const compact = plain.test(text) ? text : text.replace(separators, '');
  if (/^\+?0*$/.test(compact)) return null;
  if (!plain.test(compact)) return asReceived(text.trim());
  if (compact.length > maxLength) return asReceived(compact);
  const mobile = region === 'IN' ? indianMobile.exec(compact) : null;
  if (mobile) return `+91${mobile[1]}`;
  return remember(`${region} ${compact}`, () => e164(compact, region) ?? compact.replace('+', ''));
}

/** Whether a kept number stands for one person or line: a mask stands for many. */
export function isIdentity(number: string): boolean {
  return identity.test(number);
}

function asReceived(text: string): string | null {
  if (withheld.has(text.toLowerCase())) return null;
  const cut = text.slice(0, maxLength);
  // Half of a surrogate pair is no text.
  return /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut;
}

// Possible, not valid: the tables of valid numbers change, an identity must not.
function e164(compact: string, region: string): string | null {
  const country: CountryCode | undefined = isSupportedCountry(region) ? region : undefined;
  const parsed = parsePhoneNumberFromString(compact, { defaultCountry: country, extract: false });
  return parsed?.isPossible() ? parsed.number : null;
}

// Parsing takes about 10 microseconds, three times a delivery; an account's own numbers come again and again.
const remembered = new Map<string, string>();

function remember(key: string, read: () => string): string {
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const number = read();
  if (remembered.size >= 20_000) remembered.clear();
  remembered.set(key, number);
  return number;
}
