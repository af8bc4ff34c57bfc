import type { Account } from '../accounts/account.table.ts';
import { isCallListRow, rowFieldName } from '../providers/callerdesk/call-list-row.ts';
import { foldKey, isFieldName, isTimeField, spelledNames } from '../providers/callerdesk/field-names.ts';
import type { ImportForm } from '../providers/callerdesk/payload.ts';
import { sha256 } from '../sha256.ts';
import type { Instant } from '../time/instant.ts';
import type { ReadDelivery } from './read-delivery.ts';
import { readDelivery } from './read-delivery.ts';

/** One piece of what is imported, and where it stands there. */
export type ImportedRow = {
  /** Such as "line 17". */
  where: string;
  /** A JSON object; or where the row is broken, whatever there was. */
  body: Buffer;
  /** Why no fields could be cut out of it. */
  broken?: string;
};

export type ReadImportedInput = { account: Account; row: ImportedRow; form: ImportForm; receivedAt: Instant };

/** The content type of what is kept of a broken row. */
export const brokenRowType = 'application/octet-stream';
/** How a reason begins that tells where a row stood. */
export const wherePattern = /^(?:line|row|page) \d+(?:, row \d+)?: /;

/** Reads what was imported as a delivery: of the webhook's fields, or as a row of the provider's call list. */
export function readImported({ account, row, form, receivedAt }: ReadImportedInput): ReadDelivery {
  const { where, body, broken } = row;
  if (broken !== undefined) {
    const contentHash = sha256(body).subarray(0, 16);
    const kept = { accountId: account.id, receivedAt, form, body, contentType: brokenRowType, contentHash };
    return { event: { ...kept, kind: 'OTHER', state: 'UNREADABLE', reason: `${where}: ${broken}` }, facts: null };
  }
  const delivery = { form: 'JSON', body, contentType: 'application/json', importedAs: form } as const;
  const read = readDelivery({ account, delivery, urlKind: null, receivedAt });
  const { event } = read;
  return event.reason == null ? read : { ...read, event: { ...event, reason: `${where}: ${event.reason}` } };
}

/** Whether columns of these names can tell of calls. */
export function tellsOfCalls(names: readonly string[]): boolean {
  const folded = names.map(foldKey);
  return folded.includes('callsid') || isCallListRow(folded);
}

/** A column's name without regard to case and separators. */
export const foldColumn = foldKey;

/** The fields that columns can be read as. */
export const knownFields = spelledNames;

/** Whether a column of this name is read as one of the fields. */
export function isField(name: string): boolean {
  const folded = foldKey(name);
  return isFieldName(folded) || isCallListRow([folded]);
}

/** Whether a column of this name holds moments. */
export function isTimeColumn(name: string): boolean {
  const folded = foldKey(name);
  return isTimeField(folded) || isTimeField(rowFieldName(folded));
}
