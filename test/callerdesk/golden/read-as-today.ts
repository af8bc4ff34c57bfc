import type { Account } from '../../../src/accounts/account.table.ts';
import { inflateBody } from '../../../src/doors/webhook/inflate-body.ts';
import { rereadEvent } from '../../../src/inbox/replay/reread-events.ts';
import type { WebhookEvent } from '../../../src/inbox/webhook-event.table.ts';
import type { ReadDelivery } from '../../../src/ingestion/read-delivery.ts';
import { type ReadWithStatus, readDeliveries } from '../../../src/ingestion/read-delivery.ts';
import { readImported } from '../../../src/ingestion/read-imported.ts';
import { numberFinder } from '../../../src/phone-numbers/number-finder.ts';
import { callListForm, callListPath, readCallListAnswer } from '../../../src/providers/callerdesk/call-list.ts';
import { callerDesk } from '../../../src/providers/callerdesk/callerdesk.ts';
import { readStatus } from '../../../src/providers/callerdesk/read-status.ts';
import { readSidTime } from '../../../src/providers/callerdesk/read-time.ts';
import type { CallEventKind, DeliveryForm, ImportForm } from '../../../src/providers/provider.ts';
import { Providers } from '../../../src/providers/providers.ts';

// The only file of the golden tests that knows where the provider's code lies. What the golden file holds is named here and
// in describe-read.ts, so that it stays as it is where the code has other names.

export { callListForm, callListPath, readCallListAnswer, readSidTime, readStatus };

/** One payload as it came: to the webhook, or, imported, as a row of a file or of the provider's list. */
export type Payload = {
  form: DeliveryForm;
  type: string | null;
  body: Buffer;
  url?: CallEventKind;
  as?: ImportForm;
  /** Why a row is none. */
  broken?: string;
};

export type Read = ReadDelivery & { status?: ReadWithStatus['status'] };

const providers = new Providers([callerDesk]);
const { columns } = callerDesk;

const receivedAt = '2026-06-01T06:30:00.000Z';

/** All that one payload tells. */
export function read({ form, type, body, url = undefined, as, broken }: Payload, account: Account): Read[] {
  if (as !== undefined)
    return [
      readImported({ provider: callerDesk, account, row: { where: 'line 7', body, broken }, form: as, receivedAt }),
    ];
  const delivery = { form, body, contentType: type };
  return readDeliveries({ provider: callerDesk, account, delivery, urlKind: url ?? null, receivedAt });
}

const kept = ({ event }: Read, id: number): WebhookEvent => ({
  urlKind: null,
  reason: null,
  callSid: null,
  contentType: null,
  unknownWords: null,
  notUnderstood: null,
  ...event,
  id,
  arrivalNumber: id,
});

/** What a kept payload is read as by a replay; null: nothing to read. */
export function readAgain(one: Read, account: Account): Read | null {
  return rereadEvent(kept(one, 1), { account, providers })?.read ?? null;
}

export type Erased = { body: Buffer; contentType: string | null };

/** What is kept of a payload once a person was erased from it; null: all of it. */
export function erase(one: Read, { number, region }: { number: string; region: string }, isTheirCall: boolean) {
  return callerDesk.erase(kept(one, 1), numberFinder(number, region), isTheirCall) satisfies Erased | null;
}

/** A body as it was before it was compressed. */
export function inflate(body: Buffer, encoding: string | undefined): Buffer | 'TOO_LARGE' {
  return inflateBody(body, encoding, 64 * 1024);
}

/** What a column of a file may be. */
export function column(name: string) {
  return {
    folded: columns.fold(name),
    isField: columns.isField(name),
    isTime: columns.isTime(name),
    tells: columns.tellOfCalls([name]),
  };
}

export const columnNames: readonly string[] = columns.names;
