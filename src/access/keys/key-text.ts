import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const prefix = 'cak_';
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const secretBytes = 32;
/** So many digits hold 32 bytes, and so many a CRC-32. */
const secretLength = 43;
const checksumLength = 6;

const form = new RegExp(`^${prefix}[${digits}]{${secretLength + checksumLength}}$`);

/** A new key: a prefix by which scanners know it, 32 random bytes, and a checksum by which they know that it is no other text. */
export function makeKeyText(): string {
  const secret = inDigits(BigInt(`0x${randomBytes(secretBytes).toString('hex')}`), secretLength);
  return withChecksum(prefix + secret);
}

/** Whether a text has the form of a key: any other was never given out. */
export function isKeyText(text: string): boolean {
  return form.test(text) && withChecksum(text.slice(0, -checksumLength)) === text;
}

function withChecksum(text: string): string {
  return text + inDigits(BigInt(crc32(text)), checksumLength);
}

function inDigits(value: bigint, length: number): string {
  const base = BigInt(digits.length);
  let text = '';
  for (let rest = value; text.length < length; rest /= base) text = digits[Number(rest % base)] + text;
  return text;
}
