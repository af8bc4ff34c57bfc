/** A query of docs/queries, put into the bundle by scripts/build-playground.mjs. */
export type Example = { name: string; title: string; description: string; query: string };

declare const EXAMPLES: readonly Example[];

/** The queries of docs/queries, in the order of their file names. */
export const examples = EXAMPLES;
