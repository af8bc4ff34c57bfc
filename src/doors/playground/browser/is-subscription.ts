import { getOperationAST, parse } from 'graphql';

/** Whether what is asked is a subscription. Without a name: whether the only operation is one. What cannot be read is none. */
export function isSubscription(query: string, operationName?: string | null): boolean {
  try {
    return getOperationAST(parse(query), operationName)?.operation === 'subscription';
  } catch {
    return false;
  }
}
