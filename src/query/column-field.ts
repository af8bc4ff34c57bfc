import type { NodeType } from './global-id.ts';

/** Where what a field gives lies in a row of a list: it is the row's id, or whom the row names. */
export type InRow = { kind: 'id'; type: NodeType } | { kind: 'relative'; name: string };

type Extensions = { inRow?: InRow };

/** A field that gives nothing but what lies there, so that a list can be written without asking its resolver. */
export function columnField<Resolve>(inRow: InRow, resolve: Resolve): { resolve: Resolve; extensions: Extensions } {
  return { resolve, extensions: { inRow } };
}

/** Where what a field gives lies; undefined where its resolver must be asked. */
export function placeInRow({ extensions }: { extensions: Extensions }): InRow | undefined {
  return extensions.inRow;
}
