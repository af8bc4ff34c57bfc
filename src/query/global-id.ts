import { type Cipher, createCipheriv, createDecipheriv, type Decipher } from 'node:crypto';

/** The types that have ids, each with the number that stands for it in them: never change one, nor use it again. */
const typeNumbers = {
  Account: 1,
  Call: 2,
  Agent: 3,
  Campaign: 4,
  CallGroup: 5,
  VirtualNumber: 6,
  Customer: 7,
  WebhookEvent: 8,
} as const;
export type NodeType = keyof typeof typeNumbers;
export const nodeTypes = Object.keys(typeNumbers) as readonly NodeType[];

/** Up to which number the former ids of a type were given out. */
export type FormerIds = Readonly<Partial<Record<NodeType, number>>>;

/** A row by its type and number. */
export type NamedRow = { type: NodeType; id: number };

const blockBytes = 16;
const written = /^[\w-]{21}[AQgw]$/;
const formerlyWritten = /^([A-Za-z]+):([1-9]\d{0,15})$/;
// The column of account ids is an integer: what is beyond it would be an error of the database.
const maxAccountId = 2 ** 31 - 1;

/**
 * The ids that are given out: one block of AES of type and number each, so that they tell neither order nor gaps to whoever
 * lacks the key. Every row has one, and that for life.
 */
export class IdCodec {
  // A block depends on no other in this mode, so one cipher serves all; it is what costs to make.
  readonly #cipher: Cipher;
  readonly #decipher: Decipher;
  readonly #block = Buffer.alloc(blockBytes);
  readonly #formerIds: FormerIds;

  /** `key`: 32 bytes. */
  constructor(key: Uint8Array, formerIds: FormerIds) {
    this.#formerIds = formerIds;
    this.#cipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false);
    this.#decipher = createDecipheriv('aes-256-ecb', key, null).setAutoPadding(false);
  }

  /** The id of a row. */
  write(type: NodeType, id: number): string {
    const block = this.#block;
    block[0] = typeNumbers[type];
    block.writeUInt32BE(Math.floor(id / 2 ** 32), 8);
    block.writeUInt32BE(id >>> 0, 12);
    return this.#cipher.update(block).toString('base64url');
  }

  /** The ids of many rows, null where there is none: a call of the cipher for each would cost most of a long table. */
  writeAll(type: NodeType, ids: readonly (number | null)[]): (string | null)[] {
    const blocks = Buffer.alloc(ids.length * blockBytes);
    for (let i = 0, at = 0; i < ids.length; i++, at += blockBytes) {
      const id = ids[i] ?? 0;
      blocks[at] = typeNumbers[type];
      blocks.writeUInt32BE(Math.floor(id / 2 ** 32), at + 8);
      blocks.writeUInt32BE(id >>> 0, at + 12);
    }
    const written = this.#cipher.update(blocks);
    return ids.map((id, i) =>
      id === null ? null : written.toString('base64url', i * blockBytes, (i + 1) * blockBytes),
    );
  }

  /** What an id names; null for anything that this service never gave out. */
  read(text: string): NamedRow | null {
    const named = written.test(text) ? namedBy(this.#decipher.update(Buffer.from(text, 'base64url'))) : null;
    return named ?? this.#readFormer(text);
  }

  /** The row that an id of this type names; null for any other id. */
  rowIdOf(type: NodeType, text: string): number | null {
    const named = this.read(text);
    return named?.type === type ? named.id : null;
  }

  /** What was given out once: base64url of type and number. Of later rows it was not, or counting up would tell which are whose. */
  #readFormer(text: string): NamedRow | null {
    const [plain, name, number] = formerlyWritten.exec(Buffer.from(text, 'base64url').toString('latin1')) ?? [];
    const type = nodeTypes.find((known) => known === name);
    if (plain === undefined || !type || Buffer.from(plain).toString('base64url') !== text) return null;
    const id = Number(number);
    return isId(type, id) && id <= (this.#formerIds[type] ?? 0) ? { type, id } : null;
  }
}

function namedBy(block: Buffer): NamedRow | null {
  const type = nodeTypes.find((name) => typeNumbers[name] === block[0]);
  if (!type || block.readUIntBE(1, 6) !== 0 || block[7] !== 0) return null;
  const id = block.readUInt32BE(8) * 2 ** 32 + block.readUInt32BE(12);
  return isId(type, id) ? { type, id } : null;
}

function isId(type: NodeType, id: number): boolean {
  return id >= 1 && id <= (type === 'Account' ? maxAccountId : Number.MAX_SAFE_INTEGER);
}
