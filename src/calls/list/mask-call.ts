import { mask } from '../../access/masking/digit-runs.ts';
import { holdsNumber } from '../../access/masking/holds-number.ts';
import { holdsSevenDigits } from '../../access/masking/holds-seven-digits.ts';
import { maskKeyPress } from '../../access/masking/mask-key-press.ts';
import { maskNumber } from '../../access/masking/mask-number.ts';
import { maskText } from '../../access/masking/mask-text.ts';
import { asItIs, type Masks, type RowMask, rowMask } from '../../access/masking/row-mask.ts';
import { hasScope, type Viewer } from '../../access/viewer.ts';
import { accountMask } from '../../accounts/mask-account.ts';
import { participantMask } from '../../participants/mask-participant.ts';
import type { Call } from '../call.table.ts';
import type { CallColumn, CallRow } from './call-columns.ts';
import type { RelativeName } from './call-relatives.ts';
import { numberColumns } from './number-columns.ts';

type Shown = Pick<Call, CallColumn>;

const maskTexts = rowMask<Shown>({
  // What else is known of the call decides about these two.
  callSid: asItIs,
  recordingUrl: asItIs,
  customerNumber: maskNumber,
  agentNumber: maskNumber,
  sourceNumber: maskNumber,
  destinationNumber: maskNumber,
  dialedNumber: maskNumber,
  agentName: maskText,
  keyPress: maskKeyPress,
  errorCode: maskText,
  providerStatus: maskText,
  providerDirection: maskText,
  coins: asItIs,
  startedAt: asItIs,
  legAPickedAt: asItIs,
  legBStartedAt: asItIs,
  legBPickedAt: asItIs,
  answeredAt: asItIs,
  endedAt: asItIs,
  createdAt: asItIs,
  updatedAt: asItIs,
} satisfies Masks<Shown>);

/** What must be read of calls so that a viewer can be shown some of their columns. */
export function columnsToMask(viewer: Viewer, columns: readonly CallColumn[]): readonly CallColumn[] {
  const isJudged = columns.includes('callSid') && !hasScope(viewer, 'numbers');
  return isJudged ? [...columns, ...numberColumns] : columns;
}

export type CallMask = (call: CallRow) => CallRow;

/** What a viewer is shown of calls, and of whom they name; null: all. */
export function callMask(viewer: Viewer): CallMask | null {
  const seesRecordings = hasScope(viewer, 'recordings');
  if (hasScope(viewer, 'numbers')) return seesRecordings ? null : withoutRecording;
  const masks = masksOfRelatives(viewer);
  return (call) => {
    const shown = maskTexts(call);
    const { callSid, recordingUrl } = call;
    const numbers = numberColumns.map((name) => call[name]);
    if (callSid !== undefined && holdsNumber(callSid, numbers)) shown.callSid = mask;
    if (recordingUrl != null && !(seesRecordings && !holdsSevenDigits(recordingUrl))) shown.recordingUrl = null;
    for (const [name, maskRow] of masks) if (call[name]) Object.assign(shown, { [name]: maskRow?.(call[name]) });
    return shown;
  };
}

const withoutRecording: CallMask = (call) => ('recordingUrl' in call ? { ...call, recordingUrl: null } : call);

function masksOfRelatives(viewer: Viewer) {
  const masks: Record<RelativeName, RowMask<never> | null> = {
    account: accountMask(viewer),
    customer: participantMask(viewer, 'Customer'),
    agent: participantMask(viewer, 'Agent'),
    virtualNumber: participantMask(viewer, 'VirtualNumber'),
    callGroup: participantMask(viewer, 'CallGroup'),
    campaign: participantMask(viewer, 'Campaign'),
  };
  return Object.entries(masks) as [RelativeName, RowMask<object> | null][];
}
