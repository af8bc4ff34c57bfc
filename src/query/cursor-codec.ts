import { type Cipher, createCipheriv, createHmac, hash, timingSafeEqual } from 'node:crypto';

const blockBytes = 16;
/** Texts are filled up to a multiple of it: how long a number is tells of how many there are. */
const stepBytes = 64;

/**
 * Encrypts texts so that equal ones stay equal, and opens nothing but what it made: AES in counter mode from a place that is a
 * keyed hash of the text (a synthetic initialization vector, as in RFC 5297), which is checked when it is opened.
 */
export class CursorCodec {
  // A cipher is what costs to make: of this mode, in which no block depends on another, one serves all.
  readonly #cipher: Cipher;
  readonly #innerKey: string;
  readonly #outerKey: string;

  /** `key`: 32 bytes. */
  constructor(key: Uint8Array) {
    const keyFor = (use: string) => createHmac('sha256', key).update(use).digest();
    this.#cipher = createCipheriv('aes-256-ecb', keyFor('encryption'), null).setAutoPadding(false);
    // In hexadecimal each is a block of SHA-256, as the inner and the outer key of HMAC are.
    this.#innerKey = keyFor('inner hash').toString('hex');
    this.#outerKey = keyFor('outer hash').toString('hex');
  }

  /** A text that does not end with a space, as one that tells nothing of it but roughly its length. */
  seal(text: string): string {
    const length = Buffer.byteLength(text);
    const filled = stepBytes * Math.ceil(length / stepBytes);
    const whole = text + ' '.repeat(filled - length);
    const bytes = Buffer.allocUnsafe(blockBytes + filled);
    bytes.write(this.#hash(whole), 0, blockBytes, 'hex');
    bytes.write(whole, blockBytes);
    this.#crypt(bytes);
    return bytes.toString('base64url');
  }

  /** The text of what was sealed with this key; null for anything else. */
  open(sealed: string): string | null {
    const bytes = Buffer.from(sealed, 'base64url');
    const isWhole = bytes.length > blockBytes && (bytes.length - blockBytes) % stepBytes === 0;
    if (!isWhole || bytes.toString('base64url') !== sealed) return null;
    this.#crypt(bytes);
    const whole = bytes.toString('utf8', blockBytes);
    const isTrue = timingSafeEqual(Buffer.from(this.#hash(whole), 'hex'), bytes.subarray(0, blockBytes));
    // Bytes that are no UTF-8 would be read as some other that are.
    return isTrue && Buffer.from(whole).equals(bytes.subarray(blockBytes)) ? whole.trimEnd() : null;
  }

  #hash(text: string): string {
    return hash('sha256', this.#outerKey + hash('sha256', this.#innerKey + text)).slice(0, 2 * blockBytes);
  }

  /** Encrypts what follows the first block, from which is counted; or decrypts it. */
  #crypt(bytes: Buffer): void {
    const counters = Buffer.allocUnsafe(bytes.length - blockBytes);
    const from = bytes.readUInt32BE(12);
    for (let at = 0; at < counters.length; at += blockBytes) {
      for (let i = 0; i < 12; i++) counters[at + i] = bytes[i] as number;
      counters.writeUInt32BE((from + at / blockBytes) >>> 0, at + 12);
    }
    const stream = this.#cipher.update(counters);
    for (let i = 0; i < stream.length; i++) {
      bytes[blockBytes + i] = (bytes[blockBytes + i] as number) ^ (stream[i] as number);
    }
  }
}
