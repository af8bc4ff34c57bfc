/** What is known of a question beside its answer, for the access log; null where it was not found out. */
export type Receipt = {
  operationType: 'QUERY' | 'MUTATION' | 'SUBSCRIPTION' | null;
  /** As the document names it. */
  operationName: string | null;
  requestedCost: number | null;
  actualCost: number | null;
  /** Rows and figures of the answer. */
  rows: number | null;
  /** Of the first error. */
  code: string | null;
};

/** Of a question of which nothing is known but why it was refused. */
export function receiptOf(code: string | null): Receipt {
  return { operationType: null, operationName: null, requestedCost: null, actualCost: null, rows: null, code };
}
