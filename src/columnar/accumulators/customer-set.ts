/** Ids of customers, the same ones more than once perhaps; or a mark for each, 32 in a word. */
export type CustomerSet = { ids: Int32Array } | { marks: Int32Array };

/** How many bytes it takes. */
export function bytesOfSet(set: CustomerSet): number {
  return 'ids' in set ? set.ids.byteLength : set.marks.byteLength;
}
