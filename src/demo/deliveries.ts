import type { CallFacts } from '../calls/facts/call-facts.ts';
import { zoneMs } from '../generator/calendar-of-load.ts';
import type { Instant } from '../time/instant.ts';

/** What CallerDesk sends of a call. */
export type Payload = Readonly<Record<string, string>>;
/** One delivery of a call, and whether it is the first or the last one. */
export type DemoDelivery = {
  at: number;
  /** Which of the two addresses of the webhook it is for. */
  kind: 'live-call' | 'call-report';
  isFirst: boolean;
  endsCall: boolean;
  payload: Payload;
};

/** The report after a call. */
export function reportOf(facts: CallFacts): Payload {
  return {
    type: 'call_report',
    ...headOf(facts),
    Status: facts.sentStatus ?? '',
    hangup_cause: facts.sentHangupCause ?? '',
    EndTime: local(facts.sentEndedAt),
    LegA_Picked_time: local(facts.legAPickedAt),
    LegB_Start_time: local(facts.legBStartedAt),
    LegB_Picked_time: local(facts.legBPickedAt),
    CallDuration: String(facts.sentDurationSeconds ?? ''),
    TalkDuration: String(facts.sentTalkSeconds ?? ''),
    coins: facts.coins ?? '',
    CallRecordingUrl: facts.recordingUrl ?? '',
    error_code: facts.errorCode ?? '',
  };
}

/** All that is sent of a call while it goes on, and its report, in order. */
export function deliveriesOf(facts: CallFacts, reportedAt: number): DemoDelivery[] {
  const isOutbound = facts.direction === 'OUTBOUND';
  const live: { at: Instant | null; Status: string; more: Payload }[] = [
    {
      at: isOutbound ? facts.legAPickedAt : facts.legBStartedAt,
      Status: isOutbound ? 'Leg A Answer' : 'Transfer to agent',
      more: {},
    },
    {
      at: facts.legBPickedAt,
      Status: isOutbound ? 'Leg B Answer' : 'Picked',
      more: { LegB_Picked_time: local(facts.legBPickedAt) },
    },
  ];
  const events = live.flatMap(({ at, Status, more }) =>
    at === null ? [] : [{ at: Date.parse(at), payload: { type: 'live_call', ...headOf(facts), Status, ...more } }],
  );
  return [
    ...events.map((event, i) => ({ ...event, kind: 'live-call' as const, isFirst: i === 0, endsCall: false })),
    {
      at: reportedAt,
      kind: 'call-report',
      isFirst: events.length === 0,
      endsCall: true,
      payload: reportOf(facts),
    },
  ];
}

/** A delivery that tells of a call and cannot be read: a spreadsheet has cut its CallSid. */
export function unreadableReport(at: number): Payload {
  const StartTime = local(new Date(at).toISOString());
  return {
    type: 'call_report',
    CallSid: '1.76465E+09',
    Direction: 'IVR',
    Status: 'ANSWER',
    StartTime,
    TalkDuration: '31',
  };
}

function headOf(facts: CallFacts): Payload {
  return {
    CallSid: facts.callSid,
    Direction: facts.providerDirection ?? '',
    SourceNumber: national(facts.sourceNumber),
    DestinationNumber: national(facts.destinationNumber),
    DialWhomNumber: national(facts.dialedNumber),
    receiver_name: facts.agentName ?? '',
    call_group: facts.callGroupName ?? '',
    campid: facts.campaignCode ?? '',
    key_press: facts.keyPress ?? '',
    StartTime: local(facts.sentStartedAt),
  };
}

/** As CallerDesk writes times: those of India, without saying so. */
function local(instant: Instant | null): string {
  if (instant === null) return '';
  return new Date(Date.parse(instant) + zoneMs).toISOString().slice(0, 19).replace('T', ' ');
}

/** As CallerDesk writes numbers: without the country's code. */
function national(number: string | null): string {
  return number?.replace(/^\+91/, '') ?? '';
}
