import { makeSeals } from '../../src/query/seals.ts';

/** The keys that the databases of tests have, so that a test knows the ids of its rows. */
export const testKeys = {
  ids: Buffer.alloc(32, 'key of ids'),
  cursors: Buffer.alloc(32, 'key of cursors'),
  formerIds: {},
};

export const seals = makeSeals(testKeys);
export const { ids, cursors } = seals;

/** The id of a row in the databases of tests. */
export const toGlobalId: typeof ids.write = (type, id) => ids.write(type, id);
