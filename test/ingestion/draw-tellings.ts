import type { Random } from './random.ts';

/** What is told by one delivery or row: fields, or a text that has none. */
export type Told = { payload: Record<string, string>; text?: never } | { payload?: undefined; text: string };

export const customers = ['9812345001', '9812345002', '9812345003', '9812345004'];
const agents = ['9281234501', '9281234502', '9281234503'];
const names: Record<string, string> = { '9281234501': 'Asha', '9281234502': 'Ravi', '9281234503': 'Meera' };
const dids = ['08062861230', '08062861231'];

/** One call as it was, of which deliveries and rows tell parts. */
export type DrawnCall = {
  isOutgoing: boolean;
  customer: string;
  agent: string;
  otherAgent: string;
  did: string;
  startedAt: number;
  ring: number;
  talk: number;
  status: string;
  /** Its ids by the webhook and by the provider's list. */
  sent: string;
  listed: string;
};

export function drawCalls(random: Random, from: number, count: number): DrawnCall[] {
  let startedAt = from;
  return Array.from({ length: count }, (_, n) => {
    // Some begin in one second, and an agent may call a customer twice in it.
    if (!random.isTrue(0.15)) startedAt += 1000 * (1 + random.upTo(1200));
    const isOutgoing = random.isTrue(0.6);
    const agent = random.one(agents);
    const sent = !isOutgoing && random.isTrue(0.6) ? `${startedAt / 1000}.${100 + n}` : `50${100 + n}`;
    return {
      isOutgoing,
      customer: random.one(customers),
      agent,
      otherAgent: random.one(agents.filter((one) => one !== agent)),
      did: random.one(dids),
      startedAt,
      ring: 3 + random.upTo(20),
      talk: 5 + random.upTo(200),
      status: random.weighted([
        [6, 'ANSWER'],
        [2, 'NO ANSWER'],
        [1, 'BUSY (17-customer)'],
        [1, 'Cancel-Customer'],
      ]),
      sent,
      listed: isOutgoing || random.isTrue(0.2) ? `90${100 + n}` : sent,
    };
  });
}

/** A moment as the provider writes it, in the accounts' zone. */
function written(ms: number): string {
  return new Date(ms + 19_800_000).toISOString().slice(0, 19).replace('T', ' ');
}

const url = (call: DrawnCall, n: number) => `https://callrecords.callerdesk.io/${call.sent}-${n}.mp3`;
const isAnswered = ({ status }: DrawnCall) => status === 'ANSWER';

/** What may be told of a call, each with how often it is. */
export function tellingsOf(random: Random, call: DrawnCall): (readonly [weight: number, told: Told])[] {
  const { isOutgoing, customer, agent, otherAgent, did, startedAt, ring, talk, status, sent } = call;
  const legs = (by: string) =>
    isOutgoing
      ? { SourceNumber: by, DialWhomNumber: customer, DestinationNumber: did }
      : { SourceNumber: customer, DialWhomNumber: by, DestinationNumber: did };
  const base = { CallSid: sent, Direction: isOutgoing ? 'WEBOBD' : 'IVR' };
  const live = { ...base, ...legs(agent), type: 'live_call', campid: '77' };
  const spoke = isAnswered(call) ? talk : 0;
  const report = {
    ...base,
    ...legs(agent),
    type: 'call_report',
    receiver_name: names[agent] ?? '',
    call_group: 'Sales',
    Status: status,
    StartTime: written(startedAt),
    EndTime: written(startedAt + 1000 * (ring + spoke)),
    LegB_Start_time: written(startedAt + 2000),
    ...(spoke > 0 && { LegB_Picked_time: written(startedAt + 1000 * ring) }),
    CallDuration: String(ring + spoke),
    TalkDuration: String(spoke),
    coins: '3',
  };
  const addition = { CallSid: sent, type: 'call_report' };
  const { type: _, ...untyped } = report;
  const all: [weight: number, payload: Record<string, string>][] = [
    [5, { ...live, Status: isOutgoing ? 'Leg A Answer' : 'Transfer to agent', StartTime: written(startedAt) }],
    [4, { ...live, Status: 'Picked', StartTime: written(startedAt) }],
    [4, { ...live, Status: 'Picked' }],
    [2, { ...base, type: 'live_call', Status: 'Transfer to agent' }],
    [10, report],
    [3, { ...report, CallRecordingUrl: url(call, 1) }],
    [3, { ...report, TalkDuration: String(spoke + 1), coins: '4', receiver_name: 'Asha Rao' }],
    // A leg that rang before, and one that is told without its times.
    [
      4,
      {
        ...report,
        ...legs(otherAgent),
        receiver_name: names[otherAgent] ?? '',
        Status: 'NO ANSWER',
        TalkDuration: '0',
      },
    ],
    [2, { ...base, ...legs(agent), type: 'call_report', Status: status, TalkDuration: String(spoke) }],
    [2, { ...base, type: 'call_report', EndTime: report.EndTime, CallDuration: report.CallDuration }],
    [2, { ...untyped, campid: '78', key_press: '1' }],
    [1, { ...report, Status: 'Gone fishing', callstatus: 'Unheard of', StartTime: 'soon' }],
    [
      1,
      {
        ...report,
        receiver_name: '',
        agent_email: 'Agent@Example.com',
        [isOutgoing ? 'SourceNumber' : 'DialWhomNumber']: '',
      },
    ],
    // Contradicts what else is told of this id.
    [
      2,
      {
        ...report,
        [isOutgoing ? 'DialWhomNumber' : 'SourceNumber']: '9812399999',
        StartTime: written(startedAt + 7_200_000),
      },
    ],
    [4, { ...addition, CallRecordingUrl: url(call, 2) }],
    [3, { ...addition, coins: '2', key_press: '3' }],
    [2, { ...addition, call_group: 'Support', campid: '79', error_code: '4' }],
    [2, { ...addition, ...legs(otherAgent), receiver_name: names[otherAgent] ?? '', coins: '7' }],
    [1, { ...addition, SourceNumber: '9812399999', StartTime: written(startedAt + 7_200_000), coins: '5' }],
    [1, { ...addition, note: `call ${random.one(customers)} back` }],
  ];
  return all.map(([weight, payload]) => [weight, { payload }]);
}

/** A name that the database refuses where a test has told it to. */
export const refusedName = 'Refused';

/** What an import tells of a call: mostly a row of the provider's list. */
export function listRow(random: Random, call: DrawnCall): Told {
  const { isOutgoing, customer, agent, otherAgent, did, startedAt, ring, talk, status, sent, listed } = call;
  const spoke = isAnswered(call) ? talk : 0;
  const row = {
    id: '1',
    sid_id: listed,
    deskphone: did,
    member_name: names[agent] ?? '',
    member_num: agent,
    caller_num: customer,
    coin_deducted: '2',
    startdatetime: written(startedAt),
    enddatetime: written(startedAt + 1000 * (ring + spoke)),
    talk_duration: String(spoke),
    callresult: status,
    group_name: 'Sales',
    Flow_type: isOutgoing ? 'WEBOBD' : 'IVR',
    file: url(call, 3),
  };
  const ofFile = { CallSid: sent, Direction: row.Flow_type, StartTime: row.startdatetime };
  const number: Record<string, string> = isOutgoing
    ? { DialWhomNumber: customer, SourceNumber: agent }
    : { SourceNumber: customer };
  return {
    payload: random.weighted<Record<string, string>>([
      [10, row],
      [2, { ...row, talk_duration: String(spoke + 2), member_num: otherAgent, member_name: names[otherAgent] ?? '' }],
      [1, { ...row, sid_id: sent }],
      [
        2,
        {
          sid_id: listed,
          caller_num: customer,
          startdatetime: row.startdatetime,
          Flow_type: row.Flow_type,
          file: row.file,
        },
      ],
      [3, { ...ofFile, ...number, Status: status, TalkDuration: String(spoke), receiver_name: 'From file' }],
      [2, { CallSid: sent, coins: '7', call_group: 'Archive' }],
      [1, { ...ofFile, ...number, type: 'live_call', Status: 'Picked' }],
      [1, { ...ofFile, ...number, Status: status, receiver_name: refusedName }],
      [1, { ...row, startdatetime: 'soon', sid_id: `70${sent}` }],
    ]),
  };
}

/** What tells of no call, or cannot be read. */
export function toldOfNoCall(random: Random): Told {
  return random.one<Told>([
    { payload: { type: 'add_member', member_num: random.one(customers), member_name: 'Someone' } },
    { payload: { CallSid: ' ', Status: 'BUSY', SourceNumber: random.one(customers) } },
    { payload: { CallSid: '1.76465E+09', Status: 'ANSWER' } },
    { payload: { CallSid: '0', Status: 'ANSWER', SourceNumber: random.one(customers) } },
    { text: '[]' },
    { text: `{"CallSid":"1","SourceNumber":"${random.one(customers)}"` },
    { text: '{"a":{"b":{"CallSid":"1672649960.1"}}}' },
    { text: 'hello' },
  ]);
}
