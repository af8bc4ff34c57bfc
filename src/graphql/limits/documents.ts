import { type DocumentNode, Lexer, parse, Source, TokenKind } from 'graphql';
import { holdLimit, type Limits, overLimit } from '../../access/limits.ts';
import { countFields, countFragments } from './document-size.ts';

/** Reads documents, those that come again only once. */
export class DocumentReader {
  readonly #limits: Limits;
  readonly #known = new KeptDocuments();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Null where the text is no document, which is Apollo's to tell; TOO_EXPENSIVE where it is too long, or takes too long to check. */
  read(text: string): DocumentNode | null {
    const known = this.#known.get(text);
    if (known) return known;
    holdLimit(this.#limits, 'LIMIT_TOKENS', countLines(text), 'This document');
    const document = this.#parse(text);
    if (!document) return null;
    this.#hold(document);
    this.#known.keep(text, document, text.length);
    return document;
  }

  /** GraphQL's own rules read all of a document, whichever of its operations is asked for. */
  #hold(document: DocumentNode): void {
    const limits = this.#limits;
    holdLimit(limits, 'LIMIT_FRAGMENTS', countFragments(document), 'This document');
    const stopAt = { fields: limits.LIMIT_FIELDS, pairs: limits.LIMIT_FIELD_PAIRS };
    const { fields, pairs } = countFields(document, stopAt);
    holdLimit(limits, 'LIMIT_FIELD_PAIRS', pairs, 'This document');
    holdLimit(limits, 'LIMIT_FIELDS', fields, 'This document');
  }

  #parse(text: string): DocumentNode | null {
    try {
      return parse(text, { maxTokens: this.#limits.LIMIT_TOKENS, noLocation: true });
    } catch {
      const tokens = countTokens(text, this.#limits.LIMIT_TOKENS);
      if (tokens > this.#limits.LIMIT_TOKENS) throw overLimit(this.#limits, 'LIMIT_TOKENS', tokens, 'This document');
      return null;
    }
  }
}

/** Each place that an error names is found by counting lines from the start: they must be few, too. */
function countLines(text: string): number {
  let lines = 1;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 0x0a || (code === 0x0d && text.charCodeAt(i + 1) !== 0x0a)) lines += 1;
  }
  return lines;
}

/** Counting ends one above `stopAt`, and where the text is none of the language. */
function countTokens(text: string, stopAt: number): number {
  const lexer = new Lexer(new Source(text));
  let tokens = 0;
  try {
    while (tokens <= stopAt && lexer.advance().kind !== TokenKind.EOF) tokens += 1;
  } catch {
    return 0;
  }
  return tokens;
}

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
