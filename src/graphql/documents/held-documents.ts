import { sha256 } from '../../sha256.ts';

/** A document of the service, by the name of its file: as it is there. */
export type NamedDocument = { name: string; text: string };

/** Which documents may be asked: any, or only those that the service holds. */
export type DocumentSettings = { held: readonly NamedDocument[]; isOnly: boolean };

/** The documents that the service holds, by their identifiers and by their texts. */
export class HeldDocuments {
  readonly #byId = new Map<string, string>();
  readonly #texts = new Set<string>();

  constructor(held: readonly NamedDocument[]) {
    for (const { name, text } of held) {
      // Clients hash what they would send, which rarely ends with the line break of a file.
      for (const written of [text, text.trim()]) {
        this.#byId.set(`sha256:${sha256(written).toString('hex')}`, text);
        this.#texts.add(written);
      }
      this.#byId.set(name, text);
    }
  }

  get count(): number {
    return this.#byId.size;
  }

  /** By the name of its file, or by `sha256:` and the hash of its text in small hexadecimal digits. */
  textOf(documentId: string): string | undefined {
    return this.#byId.get(documentId);
  }

  /** Whether a text is one of them, letter by letter but for white space around it. */
  holds(text: string): boolean {
    return this.#texts.has(text.trim());
  }
}
