import { readDigits, readInternational } from './read-digits.ts';

const separators = /[\s\-.()/[\]\u00ad\u200b-\u200f\u2010-\u2015\u202a-\u202e\u2060-\u2069\u2212\uff0d]+/g;
const plain = /^\+?\d+$/;
const withheld = new Set(['anonymous', 'private', 'unknown', 'withheld', 'restricted', 'unavailable']);
const maxLength = 64;
// As most customers' numbers come, who are too many to be remembered: parsing one takes ten microseconds.
export const indianMobile = /^(?:\+?91|0)?([6-9]\d{9})$/;
const identity = /^\+?\d{1,32}$/;

/**
 * A phone number as it is kept: E.164 where it is one of the region, or valid in the country whose code it has, else its digits;
 * what holds more than one number's digits (a mask such as 99xxxxx) as received. Null if there is none, or it was withheld.
 */
export function normalizeNumber(text: string | null | undefined, region: string): string | null {
  if (!text) return null;
  const whole = withoutFraction(text);
  const compact = plain.test(whole) ? whole : compactNumber(whole);
  if (/^\+?0*$/.test(compact)) return null;
  if (!plain.test(compact) || isSeveral(whole)) return asReceived(text.trim());
  if (compact.length > maxLength) return asReceived(compact);
  const mobile = region === 'IN' ? indianMobile.exec(compact) : null;
  if (mobile) return `+91${mobile[1]}`;
  return remember(`${region} ${compact}`, () => e164(compact, region) ?? compact.replace('+', ''));
}

/** A text without what separates digits. */
export function compactNumber(text: string): string {
  return text.replace(separators, '');
}

/** A spreadsheet's 9812361777.0 is 9812361777. */
function withoutFraction(text: string): string {
  return text.includes('.') ? text.replace(/^(\s*\+?\d{5,})\.0+(\s*)$/, '$1$2') : text;
}

/** Whether a text is two numbers, one after the other. A slash stands behind an area code, too: 0120/456 7890. */
function isSeveral(text: string): boolean {
  if (plain.test(text)) return false;
  const groups = text.split(separators).filter((group) => group !== '');
  if (groups.filter((group) => group.length >= 8).length > 1) return true;
  const [area = '', ...rest] = text.split('/');
  const isArea = /^[\s(]*[+0]/.test(area) && digitsIn(area) <= 6 && digitsIn(rest.join('')) >= 5;
  return rest.length > 0 && !isArea;
}

function digitsIn(text: string): number {
  return text.replace(/\D/g, '').length;
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

function e164(compact: string, region: string): string | null {
  return compact.startsWith('+') ? readInternational(compact.slice(1)) : readDigits(compact, region);
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
