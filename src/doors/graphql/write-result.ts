import type { FormattedExecutionResult } from 'graphql';
import { WrittenJson, writeObject } from '../../graphql-executor/written-json.ts';

/** An answer as JSON, some of which may be written already. */
export function writeResult(result: FormattedExecutionResult): string {
  return `${(result.data as unknown) instanceof WrittenJson ? writeObject({ ...result }).text : JSON.stringify(result)}\n`;
}
