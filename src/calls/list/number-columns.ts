import type { CallColumn } from './call-columns.ts';

/** The numbers of a call, by which it is told whether its id of the provider holds one. */
export const numberColumns = [
  'customerNumber',
  'agentNumber',
  'sourceNumber',
  'destinationNumber',
  'dialedNumber',
] as const satisfies readonly CallColumn[];
