import type { DocumentNode } from 'graphql';

/** As much as the kept documents may weigh together: a token is 1, and so are so many letters of text, comments included. */
const mostTogether = 100_000;
const lettersOfToken = 40;

/** Keeps documents by a key for the next time, the newest of them, with all the text that they hold. */
export class KeptDocuments {
  readonly #known = new Map<string, { document: DocumentNode; weight: number }>();
  #weight = 0;

  get(key: string): DocumentNode | undefined {
    return this.#known.get(key)?.document;
  }

  keep(key: string, document: DocumentNode, letters: number): void {
    this.forget(key);
    const weight = (document.tokenCount ?? 1) + Math.ceil(letters / lettersOfToken);
    for (const oldest of this.#known.keys()) {
      if (this.#weight + weight <= mostTogether) break;
      this.forget(oldest);
    }
    this.#known.set(key, { document, weight });
    this.#weight += weight;
  }

  forget(key: string): boolean {
    this.#weight -= this.#known.get(key)?.weight ?? 0;
    return this.#known.delete(key);
  }

  get size(): number {
    return this.#known.size;
  }
}

/** The same as Apollo asks for it. Its own counts the tree alone, and not the text that each document holds. */
export function documentStore(kept = new KeptDocuments()) {
  return {
    get: async (key: string) => kept.get(key),
    set: async (key: string, document: DocumentNode) => kept.keep(key, document, document.loc?.source.body.length ?? 0),
    delete: async (key: string) => kept.forget(key),
  };
}
