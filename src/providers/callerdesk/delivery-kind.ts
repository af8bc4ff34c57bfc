import type { EventKind } from '../../inbox/webhook-event.table.ts';
import type { CallEventKind } from '../provider.ts';
import type { FieldName } from './field-names.ts';
import type { Fields } from './payload.ts';
import { isRunningWord } from './read-status.ts';
import { isPlainTime } from './read-time.ts';
import { isBlankOrZero, readPlainSeconds, readSent } from './read-values.ts';

/** What only reports have. */
const reportFields = [
  'endtime',
  'callduration',
  'talkduration',
  'coins',
  'callrecordingurl',
  'legapickedtime',
  'legbstarttime',
  'legbpickedtime',
  'errorcode',
] as const satisfies readonly FieldName[];

/**
 * Whether a delivery is a report or a live event: by its type, else by its address, else by its fields. What was imported
 * is a report, unless it says otherwise.
 */
export function kindOfDelivery(fields: Fields, urlKind: CallEventKind | null, isImported: boolean): CallEventKind {
  const { values } = fields;
  const said = kindOfType(values.get('type')) ?? urlKind;
  if (said) return said;
  const isEmpty = reportFields.every((name) => isBlankOrZero(name, values.get(name)));
  const sent = (name: FieldName) => readSent(name, values.get(name));
  if (isEmpty && isRunningWord(sent('status'), sent('callstatus'))) return 'LIVE_CALL';
  return isImported || fields.isRow || reportFields.some((name) => values.has(name)) ? 'CALL_REPORT' : 'LIVE_CALL';
}

/**
 * The kind that is part of a content's hash: by rules that stay as they first were, or what is kept would no longer be
 * known when it comes again.
 */
export function hashedKind(fields: Fields, urlKind: CallEventKind | null): EventKind {
  const sent = (name: FieldName) => fields.values.get(name)?.trim() || null;
  if (sent('callsid') === null) return fields.isRow ? 'CALL_REPORT' : 'OTHER';
  const said = kindOfType(fields.values.get('type')) ?? urlKind;
  if (said) return said;
  const recording = sent('callrecordingurl');
  const isReport =
    fields.isRow ||
    (recording !== null && recording !== '0' && !/^not\s*assigned$/i.test(recording)) ||
    (['endtime', 'legapickedtime', 'legbstarttime', 'legbpickedtime'] as const).some((name) =>
      isPlainTime(sent(name)),
    ) ||
    (['callduration', 'talkduration'] as const).some((name) => (readPlainSeconds(sent(name)) ?? 0) > 0);
  return isReport ? 'CALL_REPORT' : 'LIVE_CALL';
}

/** The kind that a type names; null if it names none. */
export function kindOfType(type: string | null | undefined): CallEventKind | null {
  const name = type?.toLowerCase().replace(/[^a-z]+/g, '');
  if (name === 'callreport') return 'CALL_REPORT';
  return name === 'livecall' ? 'LIVE_CALL' : null;
}
