import type { Account } from '../accounts/account.table.ts';
import type { ImportForm, Provider } from '../providers/provider.ts';
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

export type ReadImportedInput = {
  provider: Provider;
  account: Account;
  row: ImportedRow;
  form: ImportForm;
  receivedAt: Instant;
};

/** The content type of what is kept of a broken row. */
export const brokenRowType = 'application/octet-stream';
/** How a reason begins that tells where a row stood. */
export const wherePattern = /^(?:line|row|page) \d+(?:, row \d+)?: /;

/** Reads what was imported as a delivery. */
export function readImported({ provider, account, row, form, receivedAt }: ReadImportedInput): ReadDelivery {
  const { where, body, broken } = row;
  if (broken !== undefined) {
    const contentHash = sha256(body).subarray(0, 16);
    const kept = {
      accountId: account.id,
      provider: provider.name,
      receivedAt,
      form,
      body,
      contentType: brokenRowType,
      contentHash,
    };
    return { event: { ...kept, kind: 'OTHER', state: 'UNREADABLE', reason: `${where}: ${broken}` }, facts: null };
  }
  const delivery = { form: 'JSON', body, contentType: 'application/json', importedAs: form } as const;
  const read = readDelivery({ provider, account, delivery, urlKind: null, receivedAt });
  const { event } = read;
  return event.reason == null ? read : { ...read, event: { ...event, reason: `${where}: ${event.reason}` } };
}
