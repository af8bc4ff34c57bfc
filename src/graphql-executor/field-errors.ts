import type { GraphQLError, ResponsePath } from 'graphql';

/** The errors of an answer, but for those below a value that has become null by another one. */
export class FieldErrors {
  readonly errors: GraphQLError[] = [];
  readonly #places = new Set<ResponsePath | undefined>();

  add(error: GraphQLError, path: ResponsePath | undefined): void {
    for (let at = path; at !== undefined; at = at.prev) if (this.#places.has(at)) return;
    if (this.#places.has(undefined)) return;
    this.#places.add(path);
    this.errors.push(error);
  }
}
