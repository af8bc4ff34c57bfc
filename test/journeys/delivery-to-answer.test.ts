import { readFileSync } from 'node:fs';
import { GraphQLClient } from 'graphql-request';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeDataDir, type Service, startService } from '../support/service.ts';

type Payload = Record<string, string>;
type Form = 'JSON' | 'FORM' | 'QUERY';
type Under = '' | '/call-report' | '/live-call';
/** A call as its caller lived it: what the provider sends of it, and what must be known of it then. */
type Story = { lived: string; sent: [payload: Payload, form: Form, under?: Under][]; call: Partial<Call> };
type Call = typeof nothing;

let service: Service;
let client: GraphQLClient;
let startedAt: number;
let removeData: () => Promise<void>;

beforeAll(async () => {
  const { dataDir, remove } = await makeDataDir();
  removeData = remove;
  service = await startService({ dataDir });
  client = new GraphQLClient(`${service.url}/graphql`);
  startedAt = Date.now();
}, 120_000);
afterAll(async () => {
  await service?.stop();
  await removeData?.();
});

/** Sends a delivery as CallerDesk would; it must be acknowledged in the documented way. */
async function deliver(payload: Payload, form: Form, under: Under = ''): Promise<void> {
  const url = `${service.webhookUrl}${under}`;
  const pairs = new URLSearchParams(payload);
  const post = (body: string, type: string) => fetch(url, { method: 'POST', headers: { 'content-type': type }, body });
  const answer = await (form === 'JSON'
    ? post(JSON.stringify(payload), 'application/json')
    : form === 'FORM'
      ? post(pairs.toString(), 'application/x-www-form-urlencoded')
      : fetch(`${url}?${pairs}`));
  expect({ status: answer.status, body: await answer.text() }).toEqual({ status: 200, body: 'success' });
}

// ------------------------------------------------------------------ what was sent, and what must come of it

// Nothing of a call but what every call has. Whatever a story does not name must be null.
const nothing = {
  callSid: '',
  account: { name: 'default', provider: 'callerdesk', timeZone: 'Asia/Kolkata', region: 'IN' },
  direction: 'INBOUND',
  status: 'COMPLETED',
  disposition: null as string | null,
  outcome: null as string | null,
  endedBy: null as string | null,
  customerNumber: null as string | null,
  customer: null as { number: string } | null,
  agentNumber: null as string | null,
  agentName: null as string | null,
  agent: null as { number: string | null; name: string | null; email: string | null } | null,
  virtualNumber: null as { number: string } | null,
  callGroup: null as { name: string } | null,
  campaign: null as { campaignCode: string } | null,
  sourceNumber: null as string | null,
  destinationNumber: null as string | null,
  dialedNumber: null as string | null,
  startedAt: '',
  legAPickedAt: null as string | null,
  legBStartedAt: null as string | null,
  legBPickedAt: null as string | null,
  answeredAt: null as string | null,
  endedAt: null as string | null,
  durationSeconds: null as number | null,
  talkSeconds: null as number | null,
  ivrSeconds: null as number | null,
  ringSeconds: null as number | null,
  waitSeconds: null as number | null,
  coins: null as string | null,
  recordingUrl: null as string | null,
  keyPress: null as string | null,
  hangupCause: null as number | null,
  errorCode: null as string | null,
  providerStatus: null as string | null,
  providerDirection: 'IVR' as string | null,
};

const fixture = (name: string): Payload =>
  JSON.parse(readFileSync(new URL(`../fixtures/callerdesk/${name}.json`, import.meta.url), 'utf8')).payload;
const documentedReport = fixture('documented-report');
const documentedLiveCall = fixture('documented-live-call');
const documentedSid = '1672649960.960xxxx';

/** What the documentation's live call, exactly as printed there, tells. */
const documentedWhileLive: Call = {
  ...nothing,
  callSid: documentedSid,
  status: 'IN_PROGRESS',
  customerNumber: '99xxxxx',
  agentNumber: '928xxxxx',
  agent: { number: '928xxxxx', name: null, email: null },
  virtualNumber: { number: '0120xxxx' },
  campaign: { campaignCode: '16786xxx' },
  sourceNumber: '99xxxxx',
  destinationNumber: '0120xxxx',
  dialedNumber: '928xxxxx',
  startedAt: '2023-01-02T08:59:20.000Z',
  providerStatus: 'ANSWER',
};

/** What the documentation's report tells: its times are placeholders, so the id says when the call began. */
const documented: Call = {
  ...documentedWhileLive,
  status: 'COMPLETED',
  disposition: 'ANSWERED',
  outcome: 'ANSWERED',
  agentName: 'Ashish',
  agent: { number: '928xxxxx', name: 'Ashish', email: null },
  callGroup: { name: 'TestGroup' },
  campaign: { campaignCode: '11387004' },
  legAPickedAt: '2023-01-02T09:02:44.000Z',
  legBStartedAt: '2023-01-02T09:02:45.000Z',
  legBPickedAt: '2023-01-02T09:02:54.000Z',
  answeredAt: '2023-01-02T09:02:54.000Z',
  endedAt: '2023-01-02T08:59:38.000Z',
  durationSeconds: 18,
  talkSeconds: 40,
  ivrSeconds: 1,
  ringSeconds: 9,
  waitSeconds: 10,
  coins: '1',
  recordingUrl: 'https://callrecords.callerdesk.io/incoming/01_2023xxxxxx',
  errorCode: '19',
};

// 10:00 in India is 04:30 in UTC. Story n begins at 10:n.
const ist = (time: string) => `2025-03-03 ${time}`;
const utc = (time: string) => `2025-03-03T${time}.000Z`;
const recording = (name: string) => `https://callrecords.callerdesk.io/2025/03/${name}.mp3`;

const asha = { DialWhomNumber: '9820000001', receiver_name: 'Asha Rao', agent_email: 'Asha@Shop.example' };
const bilal = { DialWhomNumber: '9820000002', receiver_name: 'Bilal Khan', agent_email: '' };
const chitra = { DialWhomNumber: '09820000003', receiver_name: 'Chitra Nair', agent_email: '' };
// What is known of them in the end: Asha was renamed by her last call.
const ashaThen = { number: '+919820000001', name: 'Asha R.', email: 'asha@shop.example' };
const bilalThen = { number: '+919820000002', name: 'Bilal Khan', email: null };
const chitraThen = { number: '+919820000003', name: 'Chitra Nair', email: null };

const byAsha = { agentNumber: '+919820000001', agentName: 'Asha Rao', agent: ashaThen, dialedNumber: '+919820000001' };
const byBilal = {
  agentNumber: '+919820000002',
  agentName: 'Bilal Khan',
  agent: bilalThen,
  dialedNumber: '+919820000002',
};
const byChitra = {
  agentNumber: '+919820000003',
  agentName: 'Chitra Nair',
  agent: chitraThen,
  dialedNumber: '+919820000003',
};
const from = (number: string) => ({ customerNumber: number, customer: { number }, sourceNumber: number });
const gurgaon = { virtualNumber: { number: '+911244567890' }, destinationNumber: '+911244567890' };
// Two digits short of a number of Bengaluru: possible, not valid. The documentation has such a one.
const bengaluru = { virtualNumber: { number: '+91806286123' }, destinationNumber: '+91806286123' };

const incoming = { type: 'call_report', Direction: 'IVR', DestinationNumber: '01244567890', call_group: 'Sales' };
const outgoing = { type: 'call_report', Direction: 'WEBOBD', DestinationNumber: '0806286123', call_group: '' };
const sales = { callGroup: { name: 'Sales' } };

const stories: Story[] = [
  {
    lived: 'waited for nine rings, then spoke three minutes',
    sent: [
      [
        {
          ...incoming,
          ...asha,
          Uniqueid: '1740976260.101',
          CallSid: '1740976260.101',
          Status: 'ANSWER (16)',
          callstatus: 'Answered',
          SourceNumber: '09811100001',
          key_press: '1',
          StartTime: ist('10:01:00'),
          EndTime: ist('10:04:29'),
          LegA_Picked_time: ist('10:01:02'),
          LegB_Start_time: ist('10:01:20'),
          LegB_Picked_time: ist('10:01:29'),
          CallDuration: '209',
          TalkDuration: '180',
          hangup_cause: '',
          error_code: '',
          coins: '4',
          campid: '0',
          account_id: '7',
          group_id: '12',
          cparty_number: '',
          cparty_recording: '',
          CallRecordingUrl: recording('1740976260.101'),
        },
        'JSON',
      ],
    ],
    call: {
      callSid: '1740976260.101',
      disposition: 'ANSWERED',
      outcome: 'ANSWERED',
      ...from('+919811100001'),
      ...byAsha,
      ...gurgaon,
      ...sales,
      startedAt: utc('04:31:00'),
      legAPickedAt: utc('04:31:02'),
      legBStartedAt: utc('04:31:20'),
      legBPickedAt: utc('04:31:29'),
      answeredAt: utc('04:31:29'),
      endedAt: utc('04:34:29'),
      durationSeconds: 209,
      talkSeconds: 180,
      ivrSeconds: 18,
      ringSeconds: 9,
      waitSeconds: 27,
      coins: '4',
      recordingUrl: recording('1740976260.101'),
      keyPress: '1',
      hangupCause: 16,
      providerStatus: 'ANSWER (16)',
    },
  },
  {
    lived: 'spoke and hung up first; the moment of the answer follows from the talk time alone',
    sent: [
      [
        {
          ...incoming,
          ...bilal,
          CallSid: '1740976320.102',
          Status: 'ANSWER(16-customer)',
          SourceNumber: '+91-98111-00002',
          StartTime: ist('10:02:00'),
          EndTime: ist('10:03:41'),
          LegA_Picked_time: ist('10:02:01'),
          LegB_Start_time: ist('10:02:11'),
          LegB_Picked_time: '',
          CallDuration: '101',
          TalkDuration: '60',
          coins: '2.50',
        },
        'FORM',
      ],
    ],
    call: {
      callSid: '1740976320.102',
      disposition: 'ANSWERED',
      outcome: 'ANSWERED',
      endedBy: 'CUSTOMER',
      ...from('+919811100002'),
      ...byBilal,
      ...gurgaon,
      ...sales,
      startedAt: utc('04:32:00'),
      legAPickedAt: utc('04:32:01'),
      legBStartedAt: utc('04:32:11'),
      answeredAt: utc('04:32:41'),
      endedAt: utc('04:33:41'),
      durationSeconds: 101,
      talkSeconds: 60,
      ivrSeconds: 10,
      ringSeconds: 30,
      waitSeconds: 40,
      coins: '2.5',
      hangupCause: 16,
      providerStatus: 'ANSWER(16-customer)',
    },
  },
  {
    lived: 'heard it ring for half a minute, and nobody came',
    sent: [
      [
        {
          ...incoming,
          ...bilal,
          CallSid: '1740976380.103',
          Status: 'NO ANSWER (0-Agent)',
          SourceNumber: '9811100003',
          StartTime: ist('10:03:00'),
          EndTime: ist('10:03:40'),
          LegA_Picked_time: ist('10:03:02'),
          LegB_Start_time: ist('10:03:10'),
          LegB_Picked_time: '0000-00-00 00:00:00',
          CallDuration: '40',
          TalkDuration: '0',
          coins: '1',
        },
        'QUERY',
      ],
    ],
    call: {
      callSid: '1740976380.103',
      disposition: 'NO_ANSWER',
      outcome: 'MISSED',
      endedBy: 'AGENT',
      ...from('+919811100003'),
      ...byBilal,
      ...gurgaon,
      ...sales,
      startedAt: utc('04:33:00'),
      legAPickedAt: utc('04:33:02'),
      legBStartedAt: utc('04:33:10'),
      endedAt: utc('04:33:40'),
      durationSeconds: 40,
      talkSeconds: 0,
      ivrSeconds: 8,
      ringSeconds: 30,
      waitSeconds: 38,
      coins: '1',
      providerStatus: 'NO ANSWER (0-Agent)',
    },
  },
  {
    lived: 'rang out; the first status is blank and the second has a space before it',
    sent: [
      [
        {
          ...incoming,
          ...chitra,
          CallSid: '1740976440.104',
          Status: '',
          callstatus: ' No Answer',
          SourceNumber: '9811100004',
          call_group: ' Support ',
          StartTime: ist('10:04:00'),
          EndTime: ist('10:04:50'),
          LegA_Picked_time: ist('10:04:05'),
          LegB_Start_time: ist('10:04:25'),
          CallDuration: '50',
        },
        'JSON',
      ],
    ],
    call: {
      callSid: '1740976440.104',
      disposition: 'NO_ANSWER',
      outcome: 'MISSED',
      ...from('+919811100004'),
      ...byChitra,
      ...gurgaon,
      callGroup: { name: 'Support' },
      startedAt: utc('04:34:00'),
      legAPickedAt: utc('04:34:05'),
      legBStartedAt: utc('04:34:25'),
      endedAt: utc('04:34:50'),
      durationSeconds: 50,
      talkSeconds: 0,
      ivrSeconds: 20,
      ringSeconds: 25,
      waitSeconds: 45,
      providerStatus: 'No Answer',
    },
  },
  {
    lived: 'called again, and the agent’s line was busy',
    sent: [
      [
        {
          ...incoming,
          ...asha,
          CallSid: '1740976500.105',
          Status: 'Busy (17-agent)',
          SourceNumber: '9811100001',
          StartTime: ist('10:05:00'),
          EndTime: ist('10:05:12'),
          LegA_Picked_time: ist('10:05:02'),
          LegB_Start_time: ist('10:05:10'),
          CallDuration: '12',
          TalkDuration: '0',
        },
        'FORM',
      ],
    ],
    call: {
      callSid: '1740976500.105',
      disposition: 'BUSY',
      outcome: 'MISSED',
      endedBy: 'AGENT',
      ...from('+919811100001'),
      ...byAsha,
      ...gurgaon,
      ...sales,
      startedAt: utc('04:35:00'),
      legAPickedAt: utc('04:35:02'),
      legBStartedAt: utc('04:35:10'),
      endedAt: utc('04:35:12'),
      durationSeconds: 12,
      talkSeconds: 0,
      ivrSeconds: 8,
      ringSeconds: 2,
      waitSeconds: 10,
      hangupCause: 17,
      providerStatus: 'Busy (17-agent)',
    },
  },
  {
    lived: 'hung up while the agent’s phone rang',
    sent: [
      [
        {
          ...incoming,
          ...bilal,
          CallSid: '1740976560.106',
          Status: 'Cancel-Customer',
          SourceNumber: '9811100006',
          StartTime: ist('10:06:00'),
          EndTime: ist('10:06:30'),
          LegA_Picked_time: ist('10:06:03'),
          LegB_Start_time: ist('10:06:20'),
          CallDuration: '30',
          TalkDuration: '0',
        },
        'QUERY',
      ],
    ],
    call: {
      callSid: '1740976560.106',
      disposition: 'CANCELED',
      outcome: 'ABANDONED',
      endedBy: 'CUSTOMER',
      ...from('+919811100006'),
      ...byBilal,
      ...gurgaon,
      ...sales,
      startedAt: utc('04:36:00'),
      legAPickedAt: utc('04:36:03'),
      legBStartedAt: utc('04:36:20'),
      endedAt: utc('04:36:30'),
      durationSeconds: 30,
      talkSeconds: 0,
      ivrSeconds: 17,
      ringSeconds: 10,
      waitSeconds: 27,
      providerStatus: 'Cancel-Customer',
    },
  },
  {
    lived: 'was turned away by the agent',
    sent: [
      [
        {
          ...incoming,
          ...bilal,
          CallSid: '1740976620.107',
          Status: 'cancel-Agent',
          SourceNumber: '9811100007',
          StartTime: ist('10:07:00'),
          EndTime: ist('10:07:30'),
          LegA_Picked_time: ist('10:07:03'),
          LegB_Start_time: ist('10:07:20'),
          CallDuration: '30',
          TalkDuration: '0',
        },
        'JSON',
      ],
    ],
    call: {
      callSid: '1740976620.107',
      disposition: 'CANCELED',
      outcome: 'MISSED',
      endedBy: 'AGENT',
      ...from('+919811100007'),
      ...byBilal,
      ...gurgaon,
      ...sales,
      startedAt: utc('04:37:00'),
      legAPickedAt: utc('04:37:03'),
      legBStartedAt: utc('04:37:20'),
      endedAt: utc('04:37:30'),
      durationSeconds: 30,
      talkSeconds: 0,
      ivrSeconds: 17,
      ringSeconds: 10,
      waitSeconds: 27,
      providerStatus: 'cancel-Agent',
    },
  },
  {
    lived: 'left while the menu was still speaking',
    sent: [
      [
        {
          ...incoming,
          CallSid: '1740976680.108',
          Status: 'CANCEL',
          SourceNumber: '9811100008',
          DialWhomNumber: '0',
          receiver_name: '0',
          key_press: '',
          StartTime: ist('10:08:00'),
          EndTime: ist('10:08:45'),
          LegA_Picked_time: ist('10:08:05'),
          LegB_Start_time: '',
          LegB_Picked_time: '',
          CallDuration: '45',
          TalkDuration: '0',
        },
        'FORM',
      ],
    ],
    call: {
      callSid: '1740976680.108',
      disposition: 'CANCELED',
      outcome: 'IVR_ENDED',
      ...from('+919811100008'),
      ...gurgaon,
      ...sales,
      startedAt: utc('04:38:00'),
      legAPickedAt: utc('04:38:05'),
      endedAt: utc('04:38:45'),
      durationSeconds: 45,
      talkSeconds: 0,
      ivrSeconds: 40,
      waitSeconds: 40,
      providerStatus: 'CANCEL',
    },
  },
  {
    lived: 'hung up before pick-up, and no leg tells where',
    sent: [
      [
        {
          ...incoming,
          CallSid: '1740976740.109',
          Status: 'CANCEL (0)',
          SourceNumber: '9811100009',
          DialWhomNumber: '',
          receiver_name: '',
          call_group: '',
          StartTime: ist('10:09:00'),
          EndTime: ist('10:09:20'),
          CallDuration: '20',
          TalkDuration: '0',
        },
        'QUERY',
      ],
    ],
    call: {
      callSid: '1740976740.109',
      disposition: 'CANCELED',
      outcome: 'ABANDONED',
      ...from('+919811100009'),
      ...gurgaon,
      startedAt: utc('04:39:00'),
      endedAt: utc('04:39:20'),
      durationSeconds: 20,
      talkSeconds: 0,
      waitSeconds: 20,
      providerStatus: 'CANCEL (0)',
    },
  },
  {
    lived: 'gave up while agents were being tried; the coarse status says no answer, the fine one abandoned',
    sent: [
      [
        {
          ...incoming,
          ...chitra,
          CallSid: '1740976800.110',
          Status: 'NO ANSWER',
          callstatus: 'AbandonedCall',
          SourceNumber: '9811100010',
          StartTime: ist('10:10:00'),
          EndTime: ist('10:11:00'),
          LegA_Picked_time: ist('10:10:04'),
          LegB_Start_time: ist('10:10:20'),
          CallDuration: '60',
          TalkDuration: '0',
        },
        'JSON',
      ],
    ],
    call: {
      callSid: '1740976800.110',
      disposition: 'ABANDONED',
      outcome: 'ABANDONED',
      endedBy: 'CUSTOMER',
      ...from('+919811100010'),
      ...byChitra,
      ...gurgaon,
      ...sales,
      startedAt: utc('04:40:00'),
      legAPickedAt: utc('04:40:04'),
      legBStartedAt: utc('04:40:20'),
      endedAt: utc('04:41:00'),
      durationSeconds: 60,
      talkSeconds: 0,
      ivrSeconds: 16,
      ringSeconds: 40,
      waitSeconds: 56,
      providerStatus: 'AbandonedCall',
    },
  },
  {
    lived: 'was served by the menu alone',
    sent: [
      [
        {
          ...incoming,
          CallSid: '1740976860.111',
          Status: 'Not connected',
          SourceNumber: '9811100011',
          DialWhomNumber: '0',
          receiver_name: 'Not Assigned',
          call_group: '',
          key_press: '3,1',
          StartTime: ist('10:11:00'),
          EndTime: ist('10:12:30'),
          LegA_Picked_time: ist('10:11:01'),
          CallDuration: '90',
          TalkDuration: '0',
          coins: '2',
        },
        'FORM',
      ],
    ],
    call: {
      callSid: '1740976860.111',
      disposition: 'NOT_CONNECTED',
      outcome: 'IVR_ENDED',
      ...from('+919811100011'),
      ...gurgaon,
      startedAt: utc('04:41:00'),
      legAPickedAt: utc('04:41:01'),
      endedAt: utc('04:42:30'),
      durationSeconds: 90,
      talkSeconds: 0,
      ivrSeconds: 89,
      waitSeconds: 89,
      coins: '2',
      keyPress: '3,1',
      providerStatus: 'Not connected',
    },
  },
  {
    lived: 'found the agent on another call',
    sent: [
      [
        {
          ...incoming,
          ...asha,
          CallSid: '1740976920.112',
          Status: 'AgentEngaged (0-Agent)',
          SourceNumber: '9811100012',
          StartTime: ist('10:12:00'),
          EndTime: ist('10:12:10'),
          LegA_Picked_time: ist('10:12:02'),
          CallDuration: '10',
          TalkDuration: '0',
        },
        'QUERY',
      ],
    ],
    call: {
      callSid: '1740976920.112',
      disposition: 'AGENT_ENGAGED',
      outcome: 'MISSED',
      endedBy: 'AGENT',
      ...from('+919811100012'),
      ...byAsha,
      ...gurgaon,
      ...sales,
      startedAt: utc('04:42:00'),
      legAPickedAt: utc('04:42:02'),
      endedAt: utc('04:42:10'),
      durationSeconds: 10,
      talkSeconds: 0,
      ivrSeconds: 8,
      waitSeconds: 8,
      providerStatus: 'AgentEngaged (0-Agent)',
    },
  },
  {
    lived: 'found the agent’s phone switched off',
    sent: [
      [
        {
          ...incoming,
          ...bilal,
          CallSid: '1740976980.113',
          Status: 'Unavailable (19)',
          SourceNumber: '9811100013',
          StartTime: ist('10:13:00'),
          EndTime: ist('10:13:15'),
          LegA_Picked_time: ist('10:13:02'),
          LegB_Start_time: ist('10:13:10'),
          CallDuration: '15',
          TalkDuration: '0',
          error_code: '19',
        },
        'JSON',
      ],
    ],
    call: {
      callSid: '1740976980.113',
      disposition: 'UNREACHABLE',
      outcome: 'MISSED',
      ...from('+919811100013'),
      ...byBilal,
      ...gurgaon,
      ...sales,
      startedAt: utc('04:43:00'),
      legAPickedAt: utc('04:43:02'),
      legBStartedAt: utc('04:43:10'),
      endedAt: utc('04:43:15'),
      durationSeconds: 15,
      talkSeconds: 0,
      ivrSeconds: 8,
      ringSeconds: 5,
      waitSeconds: 13,
      hangupCause: 19,
      errorCode: '19',
      providerStatus: 'Unavailable (19)',
    },
  },
  {
    lived: 'was dropped by the network',
    sent: [
      [
        {
          ...incoming,
          ...bilal,
          CallSid: '1740977040.114',
          Status: 'CONGESTION',
          SourceNumber: '9811100014',
          StartTime: ist('10:14:00'),
          EndTime: ist('10:14:03'),
          CallDuration: '3',
          TalkDuration: '0',
        },
        'FORM',
      ],
    ],
    call: {
      callSid: '1740977040.114',
      disposition: 'FAILED',
      outcome: 'MISSED',
      endedBy: 'SYSTEM',
      ...from('+919811100014'),
      ...byBilal,
      ...gurgaon,
      ...sales,
      startedAt: utc('04:44:00'),
      endedAt: utc('04:44:03'),
      durationSeconds: 3,
      talkSeconds: 0,
      waitSeconds: 3,
      providerStatus: 'CONGESTION',
    },
  },
  {
    lived: 'spoke twenty seconds to the voicemail',
    sent: [
      [
        {
          ...incoming,
          ...chitra,
          CallSid: '1740977100.115',
          Status: 'Voice Mail',
          SourceNumber: '9811100015',
          call_group: 'Support',
          StartTime: ist('10:15:00'),
          EndTime: ist('10:16:00'),
          LegA_Picked_time: ist('10:15:02'),
          LegB_Start_time: ist('10:15:12'),
          CallDuration: '60',
          TalkDuration: '20',
          CallRecordingUrl: recording('voicemail 115').replace('%20', ' '),
        },
        'QUERY',
      ],
    ],
    call: {
      callSid: '1740977100.115',
      disposition: 'VOICEMAIL',
      outcome: 'MISSED',
      ...from('+919811100015'),
      ...byChitra,
      ...gurgaon,
      callGroup: { name: 'Support' },
      startedAt: utc('04:45:00'),
      legAPickedAt: utc('04:45:02'),
      legBStartedAt: utc('04:45:12'),
      endedAt: utc('04:46:00'),
      durationSeconds: 60,
      talkSeconds: 20,
      ivrSeconds: 10,
      ringSeconds: 48,
      waitSeconds: 58,
      recordingUrl: 'https://callrecords.callerdesk.io/2025/03/voicemail%20115.mp3',
      providerStatus: 'Voice Mail',
    },
  },
  {
    lived: 'ended in words that nobody knows',
    sent: [
      [
        {
          ...incoming,
          ...bilal,
          CallSid: '1740977160.116',
          Status: 'Line of the moon (3)',
          SourceNumber: '9811100016',
          StartTime: ist('10:16:00'),
          EndTime: ist('10:16:20'),
          LegA_Picked_time: ist('10:16:02'),
          CallDuration: '20',
          TalkDuration: '0',
        },
        'JSON',
      ],
    ],
    call: {
      callSid: '1740977160.116',
      disposition: 'UNKNOWN',
      outcome: 'UNKNOWN',
      ...from('+919811100016'),
      ...byBilal,
      ...gurgaon,
      ...sales,
      startedAt: utc('04:46:00'),
      legAPickedAt: utc('04:46:02'),
      endedAt: utc('04:46:20'),
      durationSeconds: 20,
      talkSeconds: 0,
      ivrSeconds: 18,
      waitSeconds: 18,
      hangupCause: 3,
      providerStatus: 'Line of the moon (3)',
    },
  },
  {
    lived: 'spoke, though nobody knows the words for it; the provider’s durations disagree with its times',
    sent: [
      [
        {
          ...incoming,
          ...asha,
          CallSid: '1740977220.117',
          Status: 'Completed',
          SourceNumber: '9811100017',
          StartTime: ist('10:17:00'),
          EndTime: ist('10:18:30'),
          LegA_Picked_time: ist('10:17:02'),
          LegB_Start_time: ist('10:17:12'),
          LegB_Picked_time: ist('10:17:20'),
          CallDuration: '100',
          TalkDuration: '75',
        },
        'FORM',
      ],
    ],
    call: {
      callSid: '1740977220.117',
      disposition: 'ANSWERED',
      outcome: 'ANSWERED',
      ...from('+919811100017'),
      ...byAsha,
      ...gurgaon,
      ...sales,
      startedAt: utc('04:47:00'),
      legAPickedAt: utc('04:47:02'),
      legBStartedAt: utc('04:47:12'),
      legBPickedAt: utc('04:47:20'),
      answeredAt: utc('04:47:20'),
      endedAt: utc('04:48:30'),
      durationSeconds: 100,
      talkSeconds: 75,
      ivrSeconds: 10,
      ringSeconds: 8,
      waitSeconds: 18,
      providerStatus: 'Completed',
    },
  },
  {
    lived: 'spoke without showing a number',
    sent: [
      [
        {
          ...incoming,
          ...asha,
          CallSid: '1740977280.118',
          Status: 'Answered',
          SourceNumber: 'Anonymous',
          StartTime: ist('10:18:00'),
          EndTime: ist('10:19:00'),
          LegB_Picked_time: ist('10:18:15'),
        },
        'QUERY',
      ],
    ],
    call: {
      callSid: '1740977280.118',
      disposition: 'ANSWERED',
      outcome: 'ANSWERED',
      ...byAsha,
      ...gurgaon,
      ...sales,
      startedAt: utc('04:48:00'),
      legBPickedAt: utc('04:48:15'),
      answeredAt: utc('04:48:15'),
      endedAt: utc('04:49:00'),
      durationSeconds: 60,
      talkSeconds: 45,
      waitSeconds: 15,
      providerStatus: 'Answered',
    },
  },
  {
    lived: 'is known by a masked number alone, which stands for many people',
    sent: [
      [
        {
          ...incoming,
          ...asha,
          CallSid: '1740977340.119',
          Status: 'ANSWER',
          SourceNumber: '98xxxxx019',
          call_group: 'sales',
          StartTime: `2025-03-03\u00a0 10:19:00`,
          EndTime: '2025-03-03T10:20:00',
          LegA_Picked_time: '2025-03-03   10:19:01',
          LegB_Start_time: '2025-03-03 d10:19:05',
          LegB_Picked_time: ist('10:19:10'),
        },
        'JSON',
      ],
    ],
    call: {
      callSid: '1740977340.119',
      disposition: 'ANSWERED',
      outcome: 'ANSWERED',
      customerNumber: '98xxxxx019',
      sourceNumber: '98xxxxx019',
      ...byAsha,
      ...gurgaon,
      callGroup: { name: 'sales' },
      startedAt: utc('04:49:00'),
      legAPickedAt: utc('04:49:01'),
      legBStartedAt: utc('04:49:05'),
      legBPickedAt: utc('04:49:10'),
      answeredAt: utc('04:49:10'),
      endedAt: utc('04:50:00'),
      durationSeconds: 60,
      talkSeconds: 50,
      ivrSeconds: 4,
      ringSeconds: 5,
      waitSeconds: 9,
      providerStatus: 'ANSWER',
    },
  },
  {
    lived: 'spoke to somebody who has no number, but an address',
    sent: [
      [
        {
          ...incoming,
          CallSid: '1740977400.120',
          Status: 'ANSWER',
          SourceNumber: '9811100020',
          DialWhomNumber: '0',
          receiver_name: 'Deepa Iyer',
          agent_email: 'Deepa@Shop.example',
          call_group: 'Support',
          StartTime: ist('10:20:00'),
          EndTime: ist('10:21:00'),
          LegB_Picked_time: ist('10:20:30'),
        },
        'FORM',
      ],
    ],
    call: {
      callSid: '1740977400.120',
      disposition: 'ANSWERED',
      outcome: 'ANSWERED',
      ...from('+919811100020'),
      agentName: 'Deepa Iyer',
      agent: { number: null, name: 'Deepa Iyer', email: 'deepa@shop.example' },
      ...gurgaon,
      callGroup: { name: 'Support' },
      startedAt: utc('04:50:00'),
      legBPickedAt: utc('04:50:30'),
      answeredAt: utc('04:50:30'),
      endedAt: utc('04:51:00'),
      durationSeconds: 60,
      talkSeconds: 30,
      waitSeconds: 30,
      providerStatus: 'ANSWER',
    },
  },
  {
    lived: 'spoke to somebody who is not named',
    sent: [
      [
        {
          ...incoming,
          CallSid: '1740977460.121',
          Status: 'ANSWER',
          SourceNumber: '9811100021',
          DialWhomNumber: '',
          receiver_name: 'Not Assigned',
          agent_email: '',
          StartTime: ist('10:21:00'),
          EndTime: ist('10:22:00'),
          LegB_Picked_time: ist('10:21:30'),
        },
        'QUERY',
      ],
    ],
    call: {
      callSid: '1740977460.121',
      disposition: 'ANSWERED',
      outcome: 'ANSWERED',
      ...from('+919811100021'),
      ...gurgaon,
      ...sales,
      startedAt: utc('04:51:00'),
      legBPickedAt: utc('04:51:30'),
      answeredAt: utc('04:51:30'),
      endedAt: utc('04:52:00'),
      durationSeconds: 60,
      talkSeconds: 30,
      waitSeconds: 30,
      providerStatus: 'ANSWER',
    },
  },
  {
    lived: 'took part in a call of a direction that nobody knows',
    sent: [
      [
        {
          ...incoming,
          ...asha,
          CallSid: '1740977520.122',
          Direction: 'CLICK',
          Status: 'ANSWER',
          SourceNumber: '9811100022',
          campid: '9995',
          StartTime: ist('10:22:00'),
          EndTime: ist('10:23:00'),
          LegA_Picked_time: ist('10:22:05'),
          LegB_Start_time: ist('10:22:10'),
          LegB_Picked_time: ist('10:22:20'),
        },
        'JSON',
      ],
    ],
    call: {
      callSid: '1740977520.122',
      direction: 'UNKNOWN',
      disposition: 'ANSWERED',
      outcome: 'ANSWERED',
      agentName: 'Asha Rao',
      sourceNumber: '+919811100022',
      dialedNumber: '+919820000001',
      ...gurgaon,
      ...sales,
      campaign: { campaignCode: '9995' },
      startedAt: utc('04:52:00'),
      legAPickedAt: utc('04:52:05'),
      legBStartedAt: utc('04:52:10'),
      legBPickedAt: utc('04:52:20'),
      answeredAt: utc('04:52:20'),
      endedAt: utc('04:53:00'),
      durationSeconds: 60,
      talkSeconds: 40,
      ringSeconds: 10,
      providerStatus: 'ANSWER',
      providerDirection: 'CLICK',
    },
  },
  {
    lived: 'was called back by a click; the campaign came with the live event alone',
    sent: [
      [
        {
          type: 'live_call',
          Direction: 'WEBOBD',
          CallSid: '8812345',
          Status: 'Picked',
          SourceNumber: '9820000002',
          DestinationNumber: '0806286123',
          DialWhomNumber: '9811100001',
          StartTime: ist('10:23:00'),
          campid: '9995',
        },
        'QUERY',
      ],
      [
        {
          ...outgoing,
          Uniqueid: '8812345',
          CallSid: '8812345',
          Status: 'ANSWER',
          SourceNumber: '9820000002',
          DialWhomNumber: '9811100001',
          receiver_name: 'Bilal Khan',
          StartTime: ist('10:23:19'),
          EndTime: ist('10:23:45'),
          LegA_Picked_time: ist('10:23:27'),
          LegB_Start_time: ist('10:23:28'),
          LegB_Picked_time: ist('10:23:43'),
          CallDuration: '26',
          TalkDuration: '2',
          coins: '1',
          campid: '',
          CallRecordingUrl: recording('8812345'),
        },
        'FORM',
      ],
    ],
    call: {
      callSid: '8812345',
      direction: 'OUTBOUND',
      disposition: 'ANSWERED',
      outcome: 'ANSWERED',
      customerNumber: '+919811100001',
      customer: { number: '+919811100001' },
      agentNumber: '+919820000002',
      agentName: 'Bilal Khan',
      agent: bilalThen,
      sourceNumber: '+919820000002',
      dialedNumber: '+919811100001',
      ...bengaluru,
      campaign: { campaignCode: '9995' },
      startedAt: utc('04:53:19'),
      legAPickedAt: utc('04:53:27'),
      legBStartedAt: utc('04:53:28'),
      legBPickedAt: utc('04:53:43'),
      answeredAt: utc('04:53:43'),
      endedAt: utc('04:53:45'),
      durationSeconds: 26,
      talkSeconds: 2,
      ringSeconds: 15,
      coins: '1',
      recordingUrl: recording('8812345'),
      providerStatus: 'ANSWER',
      providerDirection: 'WEBOBD',
    },
  },
  {
    lived: 'was called and did not pick up',
    sent: [
      [
        {
          ...outgoing,
          CallSid: '8812346',
          Status: 'NOANSWER (0-customer)',
          SourceNumber: '9820000003',
          DialWhomNumber: '9811100024',
          receiver_name: 'Chitra Nair',
          campid: '20250301',
          StartTime: ist('10:24:00'),
          EndTime: ist('10:24:40'),
          LegA_Picked_time: ist('10:24:05'),
          LegB_Start_time: ist('10:24:06'),
          CallDuration: '40',
          TalkDuration: '0',
        },
        'QUERY',
      ],
    ],
    call: {
      callSid: '8812346',
      direction: 'OUTBOUND',
      disposition: 'NO_ANSWER',
      outcome: 'MISSED',
      endedBy: 'CUSTOMER',
      customerNumber: '+919811100024',
      customer: { number: '+919811100024' },
      agentNumber: '+919820000003',
      agentName: 'Chitra Nair',
      agent: chitraThen,
      sourceNumber: '+919820000003',
      dialedNumber: '+919811100024',
      ...bengaluru,
      campaign: { campaignCode: '20250301' },
      startedAt: utc('04:54:00'),
      legAPickedAt: utc('04:54:05'),
      legBStartedAt: utc('04:54:06'),
      endedAt: utc('04:54:40'),
      durationSeconds: 40,
      talkSeconds: 0,
      ringSeconds: 34,
      providerStatus: 'NOANSWER (0-customer)',
      providerDirection: 'WEBOBD',
    },
  },
  {
    lived: 'was to be called, but the agent gave up before',
    sent: [
      [
        {
          ...outgoing,
          CallSid: '8812347',
          Status: 'Cancel',
          SourceNumber: '9820000003',
          DialWhomNumber: '9811100025',
          receiver_name: 'Chitra Nair',
          StartTime: ist('10:25:00'),
          EndTime: ist('10:25:05'),
          CallDuration: '5',
          TalkDuration: '0',
        },
        'JSON',
      ],
    ],
    call: {
      callSid: '8812347',
      direction: 'OUTBOUND',
      disposition: 'CANCELED',
      outcome: 'MISSED',
      customerNumber: '+919811100025',
      customer: { number: '+919811100025' },
      agentNumber: '+919820000003',
      agentName: 'Chitra Nair',
      agent: chitraThen,
      sourceNumber: '+919820000003',
      dialedNumber: '+919811100025',
      ...bengaluru,
      startedAt: utc('04:55:00'),
      endedAt: utc('04:55:05'),
      durationSeconds: 5,
      talkSeconds: 0,
      providerStatus: 'Cancel',
      providerDirection: 'WEBOBD',
    },
  },
  {
    lived: 'has a number that the network does not know',
    sent: [
      [
        {
          ...outgoing,
          CallSid: '8812348',
          Status: 'INVALIDARGS',
          SourceNumber: '9820000003',
          DialWhomNumber: '12345',
          receiver_name: 'Chitra Nair',
          campid: '20250301',
          StartTime: ist('10:26:00'),
          EndTime: ist('10:26:01'),
          CallDuration: '1',
          TalkDuration: '0',
          error_code: 'E404',
        },
        'FORM',
      ],
    ],
    call: {
      callSid: '8812348',
      direction: 'OUTBOUND',
      disposition: 'FAILED',
      outcome: 'MISSED',
      endedBy: 'SYSTEM',
      customerNumber: '12345',
      customer: { number: '12345' },
      agentNumber: '+919820000003',
      agentName: 'Chitra Nair',
      agent: chitraThen,
      sourceNumber: '+919820000003',
      dialedNumber: '12345',
      ...bengaluru,
      campaign: { campaignCode: '20250301' },
      startedAt: utc('04:56:00'),
      endedAt: utc('04:56:01'),
      durationSeconds: 1,
      talkSeconds: 0,
      errorCode: 'E404',
      providerStatus: 'INVALIDARGS',
      providerDirection: 'WEBOBD',
    },
  },
  {
    lived: 'was called abroad and was busy; the cause stands in a field of its own',
    sent: [
      [
        {
          ...outgoing,
          CallSid: '8812349',
          Status: 'BUSY',
          hangup_cause: '17',
          SourceNumber: '9820000002',
          DialWhomNumber: '+1 (212) 555-2368',
          receiver_name: 'Bilal Khan',
          StartTime: ist('10:27:00'),
          EndTime: ist('10:27:10'),
          LegA_Picked_time: ist('10:27:02'),
          LegB_Start_time: ist('10:27:04'),
          TalkDuration: '0',
        },
        'QUERY',
      ],
    ],
    call: {
      callSid: '8812349',
      direction: 'OUTBOUND',
      disposition: 'BUSY',
      outcome: 'MISSED',
      customerNumber: '+12125552368',
      customer: { number: '+12125552368' },
      agentNumber: '+919820000002',
      agentName: 'Bilal Khan',
      agent: bilalThen,
      sourceNumber: '+919820000002',
      dialedNumber: '+12125552368',
      ...bengaluru,
      startedAt: utc('04:57:00'),
      legAPickedAt: utc('04:57:02'),
      legBStartedAt: utc('04:57:04'),
      endedAt: utc('04:57:10'),
      durationSeconds: 10,
      talkSeconds: 0,
      ringSeconds: 6,
      hangupCause: 17,
      providerStatus: 'BUSY',
      providerDirection: 'WEBOBD',
    },
  },
  {
    lived: 'left no times but the one in the id of the call',
    sent: [
      [
        {
          ...incoming,
          ...bilal,
          CallSid: '1740977880.128',
          Status: 'NO ANSWER',
          SourceNumber: '9811100028',
          StartTime: '0000-00-00 00:00:00',
          EndTime: '0000-00-00 00:00:00',
          LegA_Picked_time: '',
          LegB_Start_time: '0000-00-00 00:00:00',
          LegB_Picked_time: '0000-00-00 00:00:00',
          CallDuration: '90',
          TalkDuration: '0',
          coins: '0',
        },
        'JSON',
      ],
    ],
    call: {
      callSid: '1740977880.128',
      disposition: 'NO_ANSWER',
      outcome: 'MISSED',
      ...from('+919811100028'),
      ...byBilal,
      ...gurgaon,
      ...sales,
      startedAt: utc('04:58:00'),
      endedAt: utc('04:59:30'),
      durationSeconds: 90,
      talkSeconds: 0,
      waitSeconds: 90,
      coins: '0',
      providerStatus: 'NO ANSWER',
    },
  },
  {
    lived: 'spoke, but nobody knows when and how long; the URL alone says that it is a report',
    sent: [
      [
        {
          Direction: 'IVR',
          CallSid: '1740977940.129',
          Status: 'ANSWER',
          SourceNumber: '9811100029',
          DestinationNumber: '01244567890',
          ...asha,
          receiver_name: 'Asha R.',
          StartTime: ist('10:29:00'),
          CallDuration: '0',
          TalkDuration: '0',
        },
        'FORM',
        '/call-report',
      ],
    ],
    call: {
      callSid: '1740977940.129',
      disposition: 'ANSWERED',
      outcome: 'ANSWERED',
      ...from('+919811100029'),
      ...byAsha,
      agentName: 'Asha R.',
      ...gurgaon,
      startedAt: utc('04:59:00'),
      endedAt: utc('04:59:00'),
      durationSeconds: 0,
      providerStatus: 'ANSWER',
    },
  },
  {
    lived: 'hears it ring; the URL alone says that it is live',
    sent: [
      [
        {
          Direction: 'IVR',
          CallSid: '1740978000.130',
          Status: 'Leg A Answer',
          SourceNumber: '9811100030',
          DestinationNumber: '01244567890',
          DialWhomNumber: '9820000002',
          StartTime: ist('10:30:00'),
          LegA_Picked_time: ist('10:30:05'),
          LegB_Start_time: ist('10:30:25'),
        },
        'JSON',
        '/live-call',
      ],
    ],
    call: {
      callSid: '1740978000.130',
      status: 'RINGING',
      ...from('+919811100030'),
      agentNumber: '+919820000002',
      agent: bilalThen,
      dialedNumber: '+919820000002',
      ...gurgaon,
      startedAt: utc('05:00:00'),
      legAPickedAt: utc('05:00:05'),
      legBStartedAt: utc('05:00:25'),
      ivrSeconds: 20,
      providerStatus: 'Leg A Answer',
    },
  },
  {
    lived: 'is speaking just now',
    sent: [
      [
        {
          type: 'live_call',
          Direction: 'WEBOBD',
          CallSid: '8812350',
          Status: 'Leg B Answer',
          SourceNumber: '9820000003',
          DestinationNumber: '0806286123',
          DialWhomNumber: '9811100031',
          receiver_name: 'Chitra Nair',
          StartTime: ist('10:31:00'),
          LegB_Picked_time: ist('10:31:20'),
          campid: '9995',
        },
        'QUERY',
      ],
    ],
    call: {
      callSid: '8812350',
      direction: 'OUTBOUND',
      status: 'IN_PROGRESS',
      customerNumber: '+919811100031',
      customer: { number: '+919811100031' },
      agentNumber: '+919820000003',
      agentName: 'Chitra Nair',
      agent: chitraThen,
      sourceNumber: '+919820000003',
      dialedNumber: '+919811100031',
      ...bengaluru,
      campaign: { campaignCode: '9995' },
      startedAt: utc('05:01:00'),
      legBPickedAt: utc('05:01:20'),
      answeredAt: utc('05:01:20'),
      providerStatus: 'Leg B Answer',
      providerDirection: 'WEBOBD',
    },
  },
];

const hunted = '1740978120.132';
/** A call that was offered to three agents, one after another, and whose recording came later. */
const huntedInTheEnd: Call = {
  ...nothing,
  callSid: hunted,
  disposition: 'ANSWERED',
  outcome: 'ANSWERED',
  endedBy: 'AGENT',
  ...from('+919811100032'),
  ...byChitra,
  ...gurgaon,
  callGroup: { name: 'Support' },
  startedAt: utc('05:02:00'),
  legAPickedAt: utc('05:02:04'),
  legBStartedAt: utc('05:02:50'),
  legBPickedAt: utc('05:03:00'),
  answeredAt: utc('05:03:00'),
  endedAt: utc('05:05:00'),
  durationSeconds: 180,
  talkSeconds: 120,
  ivrSeconds: 46,
  ringSeconds: 10,
  waitSeconds: 56,
  coins: '3',
  recordingUrl: recording(hunted),
  keyPress: '2',
  hangupCause: 16,
  providerStatus: 'ANSWER (16-Agent)',
};

// ------------------------------------------------------------------ asking

const participant = 'id account { name } firstCallAt lastCallAt';
const callFields = `
  id callSid account { name provider timeZone region } direction status disposition outcome endedBy
  customerNumber customer { number } agentNumber agentName agent { number name email }
  virtualNumber { number } callGroup { name } campaign { campaignCode }
  sourceNumber destinationNumber dialedNumber
  startedAt legAPickedAt legBStartedAt legBPickedAt answeredAt endedAt
  durationSeconds talkSeconds ivrSeconds ringSeconds waitSeconds
  coins recordingUrl keyPress hangupCause errorCode providerStatus providerDirection createdAt updatedAt`;

type AnsweredCall = Call & { id: string; createdAt: string; updatedAt: string };
type Page<Row> = {
  edges: { cursor: string; node: Row }[];
  nodes: Row[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
  totalCount: number;
  totalCountIsExact: boolean;
};

async function ask<Data>(query: string, variables: Record<string, unknown> = {}): Promise<Data> {
  return client.request<Data>(query, variables);
}

async function findCall(callSid: string): Promise<AnsweredCall> {
  const found = await ask<{ callBySid: AnsweredCall | null }>(
    `query ($callSid: String!) { callBySid(callSid: $callSid) { ${callFields} } }`,
    { callSid },
  );
  if (!found.callBySid) throw new Error(`there is no call ${callSid}`);
  return found.callBySid;
}

/** What is told of a call, without what a person cannot know before. */
function told({ id: _id, createdAt: _createdAt, updatedAt: _updatedAt, ...call }: AnsweredCall): Call {
  return call;
}

/** All rows of a list, page by page, from its start or from its end. */
async function walk<Row>(list: string, selection: string, size: number, way: 'forwards' | 'backwards'): Promise<Row[]> {
  const rows: Row[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < 100; pages += 1) {
    const place = way === 'forwards' ? 'first: $size, after: $cursor' : 'last: $size, before: $cursor';
    const [name, rest = ''] = list.split('(');
    const { page }: { page: Page<Row> } = await ask(
      `query ($size: Int, $cursor: String) {
        page: ${name}(${place}${rest && `, ${rest.slice(0, -1)}`}) {
          edges { cursor node { ${selection} } } nodes { ${selection} }
          pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount totalCountIsExact
        }
      }`,
      { size, cursor },
    );
    const { edges, nodes, pageInfo } = page;
    expect(edges.map(({ node }) => node)).toEqual(nodes);
    expect(nodes.length).toBeLessThanOrEqual(size);
    expect(pageInfo.startCursor).toBe(edges[0]?.cursor ?? null);
    expect(pageInfo.endCursor).toBe(edges.at(-1)?.cursor ?? null);
    if (way === 'forwards') {
      expect(pageInfo.hasPreviousPage).toBe(cursor !== null);
      rows.push(...nodes);
    } else {
      expect(pageInfo.hasNextPage).toBe(cursor !== null);
      rows.unshift(...nodes);
    }
    const goesOn = way === 'forwards' ? pageInfo.hasNextPage : pageInfo.hasPreviousPage;
    if (!goesOn) {
      expect({ total: page.totalCount, exact: page.totalCountIsExact }).toEqual({ total: rows.length, exact: true });
      return rows;
    }
    expect(nodes).toHaveLength(size);
    cursor = way === 'forwards' ? pageInfo.endCursor : pageInfo.startCursor;
  }
  throw new Error(`${list} has no end`);
}

// ------------------------------------------------------------------ the journey

describe('the documentation’s samples, exactly as printed there', () => {
  test('have placeholders for times, with a no-break space', () => {
    expect(documentedReport.StartTime).toBe('yyyy-mm-dd\u00a0 hh:mm:ss');
    expect(documentedReport.EndTime).toBe('yyyy-mm-dd hh:mm:ss');
    expect(documentedLiveCall.StartTime).toBe('yyyy-mm-dd\u00a0 hh:mm:ss');
    expect(Object.keys(documentedReport)).toHaveLength(19);
    expect(Object.keys(documentedLiveCall)).toHaveLength(8);
  });

  test('the live call is taken in all three forms and is in conversation', async () => {
    for (const form of ['QUERY', 'JSON', 'FORM'] as const) await deliver(documentedLiveCall, form);
    const call = await findCall(documentedSid);
    expect(told(call)).toEqual(documentedWhileLive);
    const { liveCalls } = await ask<{ liveCalls: { nodes: unknown[] } }>('{ liveCalls { nodes { callSid } } }');
    expect(liveCalls.nodes).toEqual([{ callSid: documentedSid }]);
  });

  test('the report is taken in all three forms and completes the same call', async () => {
    const { id, createdAt } = await findCall(documentedSid);
    await deliver(documentedReport, 'FORM');
    const first = await findCall(documentedSid);
    expect(told(first)).toEqual(documented);
    expect({ id: first.id, createdAt: first.createdAt }).toEqual({ id, createdAt });
    for (const form of ['JSON', 'QUERY', 'FORM'] as const) await deliver(documentedReport, form);
    expect(await findCall(documentedSid)).toEqual(first);
  });

  test('the live call, late and again, does not reopen it', async () => {
    const before = await findCall(documentedSid);
    await deliver(documentedLiveCall, 'JSON');
    await deliver({ ...documentedLiveCall, Status: 'Transfer to agent' }, 'FORM', '/live-call');
    expect(told(await findCall(documentedSid))).toEqual(documented);
    expect((await findCall(documentedSid)).updatedAt).toBe(before.updatedAt);
    const { liveCalls } = await ask<{ liveCalls: { nodes: unknown[] } }>('{ liveCalls { nodes { callSid } } }');
    expect(liveCalls.nodes).toEqual([]);
  });
});

describe('thirty calls of both directions', () => {
  test('are all acknowledged', async () => {
    expect(stories.length).toBeGreaterThanOrEqual(30);
    for (const { sent } of stories) for (const [payload, form, under] of sent) await deliver(payload, form, under);
  });

  test('a hunted call follows its agents, and a later report brings the recording', async () => {
    const live = {
      type: 'live_call',
      Direction: 'IVR',
      CallSid: hunted,
      SourceNumber: '9811100032',
      DestinationNumber: '01244567890',
      StartTime: ist('10:32:00'),
      call_group: 'Support',
      key_press: '2',
    };
    const progress = { ...nothing, callSid: hunted, ...from('+919811100032'), ...gurgaon, startedAt: utc('05:02:00') };
    const offered = { ...progress, callGroup: { name: 'Support' }, keyPress: '2' };

    await deliver({ ...live, Status: 'Transfer to agent', ...asha }, 'JSON');
    expect(told(await findCall(hunted))).toEqual({
      ...offered,
      ...byAsha,
      agent: { ...ashaThen, name: 'Asha Rao' },
      status: 'RINGING',
      providerStatus: 'Transfer to agent',
    });
    const { id, createdAt } = await findCall(hunted);

    await deliver({ ...live, Status: 'Transfer to agent', DialWhomNumber: '9820000002' }, 'FORM', '/live-call');
    expect(told(await findCall(hunted))).toEqual({
      ...offered,
      ...byBilal,
      agentName: null, // not sent this time; the name that was sent before is another agent's
      status: 'RINGING',
      providerStatus: 'Transfer to agent',
    });

    await deliver({ ...live, Status: 'Picked', ...chitra, LegB_Picked_time: ist('10:33:00') }, 'QUERY');
    const talking = { ...offered, ...byChitra, status: 'IN_PROGRESS', providerStatus: 'Picked' };
    expect(told(await findCall(hunted))).toEqual({
      ...talking,
      legBPickedAt: utc('05:03:00'),
      answeredAt: utc('05:03:00'),
      waitSeconds: 60, // from the start: that leg A was picked up is not told yet
    });

    const report = {
      ...incoming,
      ...chitra,
      CallSid: hunted,
      Status: 'ANSWER (16-Agent)',
      SourceNumber: '9811100032',
      call_group: '',
      StartTime: ist('10:32:00'),
      EndTime: ist('10:35:00'),
      LegA_Picked_time: ist('10:32:04'),
      LegB_Start_time: ist('10:32:50'),
      LegB_Picked_time: ist('10:33:00'),
      CallDuration: '180',
      TalkDuration: '120',
      coins: '3',
      CallRecordingUrl: '',
    };
    await deliver(report, 'JSON', '/call-report');
    const reported = await findCall(hunted);
    expect(told(reported)).toEqual({ ...huntedInTheEnd, recordingUrl: null });

    await deliver({ ...report, CallRecordingUrl: recording(hunted) }, 'JSON', '/call-report');
    const complete = await findCall(hunted);
    expect(told(complete)).toEqual(huntedInTheEnd);
    expect(complete.updatedAt > reported.updatedAt).toBe(true);
    expect({ id: complete.id, createdAt: complete.createdAt }).toEqual({ id, createdAt });

    // The blank one again, and a live event that was held up on its way: neither takes anything away.
    await deliver(report, 'QUERY', '/call-report');
    await deliver({ ...live, Status: 'Transfer to agent', ...bilal }, 'JSON');
    expect(await findCall(hunted)).toEqual(complete);
  });

  test.each(stories.map((story) => [story.lived, story] as const))('the caller %s', async (_lived, { call }) => {
    // Asha's new name came with her last call; until all were sent she had the old one.
    expect(told(await findCall(call.callSid ?? ''))).toEqual({ ...nothing, ...call });
  });

  test('no field of a call is left unread', async () => {
    const { __type } = await ask<{ __type: { fields: { name: string }[] } }>(
      '{ __type(name: "Call") { fields { name } } }',
    );
    const read = Object.keys(await findCall(documentedSid));
    expect(__type.fields.map(({ name }) => name).sort()).toEqual(read.sort());
  });

  test('sent again in another form, a report changes nothing, not even the time of the last change', async () => {
    const all = () => walk<AnsweredCall>('calls(orderBy: { field: UPDATED_AT })', callFields, 50, 'forwards');
    const before = await all();
    const another: Record<Form, Form> = { JSON: 'FORM', FORM: 'QUERY', QUERY: 'JSON' };
    for (const { sent } of stories)
      for (const [payload, form, under] of sent) await deliver(payload, another[form], under);
    expect(await all()).toEqual(before);
    for (const { createdAt, updatedAt } of before) {
      expect(Date.parse(createdAt)).toBeGreaterThanOrEqual(startedAt - 1000);
      expect(Date.parse(updatedAt)).toBeGreaterThanOrEqual(Date.parse(createdAt));
      expect(Date.parse(updatedAt)).toBeLessThanOrEqual(Date.now() + 1000);
    }
  });
});

describe('every list, walked page by page with a real client', () => {
  const expected: Call[] = [documented, ...stories.map(({ call }) => ({ ...nothing, ...call })), huntedInTheEnd];
  const byStart = expected.map(({ callSid }) => callSid);
  const sidsOf = (calls: { callSid: string }[]) => calls.map(({ callSid }) => callSid);

  test.each([1, 4, 7, 50] as const)('calls by their start, %i at a time, both ways', async (size) => {
    for (const way of ['forwards', 'backwards'] as const) {
      const oldestFirst = 'calls(orderBy: { field: STARTED_AT, direction: ASC })';
      const ascending = await walk<AnsweredCall>(oldestFirst, callFields, size, way);
      expect(ascending.map(told)).toEqual(expected);
      const latestFirst = await walk<{ callSid: string }>('calls', 'callSid', size, way);
      expect(sidsOf(latestFirst)).toEqual(byStart.toReversed());
    }
  });

  test.each([
    ['DESC', ['1740976260.101', hunted, '1740977220.117', '1740976320.102', '1740977340.119', '1740977280.118']],
    [
      'ASC',
      ['1740976380.103', '1740976440.104', '1740976500.105', '1740976560.106', '1740976620.107', '1740976680.108'],
    ],
  ] as const)('calls by their talk time, %s, both ways, those without one last', async (direction, first) => {
    const list = `calls(orderBy: { field: TALK_SECONDS, direction: ${direction} })`;
    const forwards = await walk<{ callSid: string; talkSeconds: number | null }>(
      list,
      'callSid talkSeconds',
      5,
      'forwards',
    );
    expect(await walk(list, 'callSid talkSeconds', 3, 'backwards')).toEqual(forwards);
    expect(sidsOf(forwards).slice(0, 6)).toEqual(first);
    const unknown = ['1740977940.129', '1740978000.130', '8812350'];
    const last = direction === 'ASC' ? unknown : unknown.toReversed();
    expect(sidsOf(forwards).slice(-3)).toEqual(last);
  });

  test('the live calls are the two that run', async () => {
    const live = await walk<{ callSid: string }>('liveCalls', 'callSid status', 1, 'forwards');
    expect(live).toEqual([
      { callSid: '8812350', status: 'IN_PROGRESS' },
      { callSid: '1740978000.130', status: 'RINGING' },
    ]);
  });

  test('agents, with their calls', async () => {
    const selection = `${participant} number name email calls(orderBy: { direction: ASC }) { nodes { callSid } totalCount }`;
    const agents = await walk<Record<string, unknown>>('agents', selection, 2, 'forwards');
    expect(await walk('agents', selection, 2, 'backwards')).toEqual(agents);
    const agent = (
      who: { number: string | null; name: string; email: string | null },
      [firstCallAt, lastCallAt]: [string, string],
      calls: string[],
    ) => ({
      id: expect.any(String),
      account: { name: 'default' },
      ...who,
      firstCallAt,
      lastCallAt,
      calls: { nodes: calls.map((callSid) => ({ callSid })), totalCount: calls.length },
    });
    expect(agents).toEqual([
      agent(
        ashaThen,
        [utc('04:31:00'), utc('04:59:00')],
        [
          '1740976260.101',
          '1740976500.105',
          '1740976920.112',
          '1740977220.117',
          '1740977280.118',
          '1740977340.119',
          '1740977940.129',
        ],
      ),
      agent(
        { number: '928xxxxx', name: 'Ashish', email: null },
        ['2023-01-02T08:59:20.000Z', '2023-01-02T08:59:20.000Z'],
        [documentedSid],
      ),
      agent(
        bilalThen as { number: string; name: string; email: null },
        [utc('04:32:00'), utc('05:00:00')],
        [
          '1740976320.102',
          '1740976380.103',
          '1740976560.106',
          '1740976620.107',
          '1740976980.113',
          '1740977040.114',
          '1740977160.116',
          '8812345',
          '8812349',
          '1740977880.128',
          '1740978000.130',
        ],
      ),
      agent(
        chitraThen as { number: string; name: string; email: null },
        [utc('04:34:00'), utc('05:02:00')],
        ['1740976440.104', '1740976800.110', '1740977100.115', '8812346', '8812347', '8812348', '8812350', hunted],
      ),
      agent(
        { number: null, name: 'Deepa Iyer', email: 'deepa@shop.example' },
        [utc('04:50:00'), utc('04:50:00')],
        ['1740977400.120'],
      ),
    ]);
  });

  test('campaigns, those without a name in the order in which they came', async () => {
    const selection = `${participant} campaignCode name calls(orderBy: { direction: ASC }) { nodes { callSid } }`;
    const campaigns = await walk<Record<string, unknown>>('campaigns', selection, 1, 'forwards');
    expect(await walk('campaigns', selection, 2, 'backwards')).toEqual(campaigns);
    const campaign = (
      campaignCode: string,
      firstCallAt: string | null,
      lastCallAt: string | null,
      calls: string[],
    ) => ({
      id: expect.any(String),
      account: { name: 'default' },
      campaignCode,
      name: null,
      firstCallAt,
      lastCallAt,
      calls: { nodes: calls.map((callSid) => ({ callSid })) },
    });
    expect(campaigns).toEqual([
      // The live sample named it, the report of the same call another one.
      campaign('16786xxx', null, null, []),
      campaign('11387004', '2023-01-02T08:59:20.000Z', '2023-01-02T08:59:20.000Z', [documentedSid]),
      campaign('9995', utc('04:52:00'), utc('05:01:00'), ['1740977520.122', '8812345', '8812350']),
      campaign('20250301', utc('04:54:00'), utc('04:56:00'), ['8812346', '8812348']),
    ]);
  });

  test('call groups, told apart by case', async () => {
    const selection = `${participant} name calls(filter: { outcome: { eq: ANSWERED } }) { totalCount } all: calls { totalCount }`;
    const groups = await walk<Record<string, unknown>>('callGroups', selection, 3, 'forwards');
    expect(await walk('callGroups', selection, 1, 'backwards')).toEqual(groups);
    const group = (name: string, firstCallAt: string, lastCallAt: string, answered: number, all: number) => ({
      id: expect.any(String),
      account: { name: 'default' },
      name,
      firstCallAt,
      lastCallAt,
      calls: { totalCount: answered },
      all: { totalCount: all },
    });
    expect(groups).toEqual([
      group('Sales', utc('04:31:00'), utc('04:58:00'), 6, 16),
      group('sales', utc('04:49:00'), utc('04:49:00'), 1, 1),
      group('Support', utc('04:34:00'), utc('05:02:00'), 2, 4),
      group('TestGroup', '2023-01-02T08:59:20.000Z', '2023-01-02T08:59:20.000Z', 1, 1),
    ]);
  });

  test('virtual numbers', async () => {
    const selection = `${participant} number name calls { totalCount }`;
    const numbers = await walk<Record<string, unknown>>(
      'virtualNumbers(orderBy: { field: FIRST_CALL_AT })',
      selection,
      2,
      'forwards',
    );
    const number = (text: string, firstCallAt: string, lastCallAt: string, totalCount: number) => ({
      id: expect.any(String),
      account: { name: 'default' },
      number: text,
      name: null,
      firstCallAt,
      lastCallAt,
      calls: { totalCount },
    });
    expect(numbers).toEqual([
      number('0120xxxx', '2023-01-02T08:59:20.000Z', '2023-01-02T08:59:20.000Z', 1),
      number('+911244567890', utc('04:31:00'), utc('05:02:00'), 26),
      number('+91806286123', utc('04:53:19'), utc('05:01:00'), 6),
    ]);
  });

  test('customers: one per number, none for a mask or a withheld one', async () => {
    const selection = `${participant} number name calls(orderBy: { direction: ASC }) { nodes { callSid } }`;
    type Customer = {
      number: string;
      firstCallAt: string;
      lastCallAt: string;
      calls: { nodes: { callSid: string }[] };
    };
    const list = 'customers(orderBy: { field: LAST_CALL_AT, direction: DESC })';
    const customers = await walk<Customer>(list, selection, 6, 'forwards');
    expect(await walk(list, selection, 6, 'backwards')).toEqual(customers);
    expect(customers.map(({ number }) => number)).toEqual([
      '+919811100032',
      '+919811100031',
      '+919811100030',
      '+919811100029',
      '+919811100028',
      '+12125552368',
      '12345',
      '+919811100025',
      '+919811100024',
      '+919811100001',
      '+919811100021',
      '+919811100020',
      '+919811100017',
      '+919811100016',
      '+919811100015',
      '+919811100014',
      '+919811100013',
      '+919811100012',
      '+919811100011',
      '+919811100010',
      '+919811100009',
      '+919811100008',
      '+919811100007',
      '+919811100006',
      '+919811100004',
      '+919811100003',
      '+919811100002',
    ]);
    expect(customers.find(({ number }) => number === '+919811100001')).toEqual({
      id: expect.any(String),
      account: { name: 'default' },
      number: '+919811100001',
      name: null,
      firstCallAt: utc('04:31:00'),
      lastCallAt: utc('04:53:19'),
      calls: { nodes: [{ callSid: '1740976260.101' }, { callSid: '1740976500.105' }, { callSid: '8812345' }] },
    });
    const { customerByNumber } = await ask<{ customerByNumber: Customer }>(
      `{ customerByNumber(number: "098111-00001") { ${selection} } }`,
    );
    expect(customerByNumber).toEqual(customers.find(({ number }) => number === '+919811100001'));
  });

  test('the account', async () => {
    const { accounts } = await ask<{ accounts: { id: string; createdAt: string }[] }>(
      '{ accounts { id name provider timeZone region createdAt } }',
    );
    expect(accounts).toEqual([
      {
        id: expect.any(String),
        name: 'default',
        provider: 'callerdesk',
        timeZone: 'Asia/Kolkata',
        region: 'IN',
        createdAt: expect.stringMatching(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      },
    ]);
    const [account] = accounts;
    const { account: byId } = await ask<{ account: unknown }>(
      'query ($id: ID!) { account(id: $id) { id name provider timeZone region createdAt } }',
      { id: account?.id },
    );
    expect(byId).toEqual(account);
  });

  test('no field of whoever took part is left unread', async () => {
    const kinds = {
      Account: ['id', 'name', 'provider', 'timeZone', 'region', 'createdAt'],
      Agent: ['id', 'account', 'firstCallAt', 'lastCallAt', 'number', 'name', 'email', 'calls'],
      Campaign: ['id', 'account', 'firstCallAt', 'lastCallAt', 'campaignCode', 'name', 'calls'],
      CallGroup: ['id', 'account', 'firstCallAt', 'lastCallAt', 'name', 'calls'],
      VirtualNumber: ['id', 'account', 'firstCallAt', 'lastCallAt', 'number', 'name', 'calls'],
      Customer: ['id', 'account', 'firstCallAt', 'lastCallAt', 'number', 'name', 'calls'],
    };
    for (const [type, read] of Object.entries(kinds)) {
      const { __type } = await ask<{ __type: { fields: { name: string }[] } }>(
        'query ($type: String!) { __type(name: $type) { fields { name } } }',
        { type },
      );
      expect({ type, fields: __type.fields.map(({ name }) => name).sort() }).toEqual({ type, fields: read.sort() });
    }
  });

  test('every id names its thing, alone and among others', async () => {
    const things = await ask<Record<string, { nodes: { id: string }[] }> & { accounts: { id: string }[] }>(`{
      accounts { id } calls { nodes { id } } agents { nodes { id } } campaigns { nodes { id } }
      callGroups { nodes { id } } virtualNumbers { nodes { id } } customers { nodes { id } }
    }`);
    const kinds: [type: string, field: string, found: { id: string }[]][] = [
      ['Account', 'account', things.accounts],
      ['Call', 'call', things.calls?.nodes ?? []],
      ['Agent', 'agent', things.agents?.nodes ?? []],
      ['Campaign', 'campaign', things.campaigns?.nodes ?? []],
      ['CallGroup', 'callGroup', things.callGroups?.nodes ?? []],
      ['VirtualNumber', 'virtualNumber', things.virtualNumbers?.nodes ?? []],
      ['Customer', 'customer', things.customers?.nodes ?? []],
    ];
    const all = kinds.flatMap(([type, , found]) => found.map(({ id }) => ({ __typename: type, id })));
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(all.length).toBe(1 + 33 + 5 + 4 + 4 + 3 + 27);
    const ids = all.map(({ id }) => id);
    const { nodes } = await ask<{ nodes: unknown[] }>('query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }', {
      ids,
    });
    expect(nodes).toEqual(all);
    for (const [, field, found] of kinds) {
      const id = found[0]?.id;
      const answer = await ask<Record<string, { id: string } | null>>(
        `query ($id: ID!) { ${field}(id: $id) { id } node(id: $id) { id } }`,
        { id },
      );
      expect(answer).toEqual({ [field]: { id }, node: { id } });
    }
  });

  test('the figures count what was told', async () => {
    const { callMetrics } = await ask<{ callMetrics: { totals: Record<string, number> } }>(`{
      callMetrics(range: { between: { from: "2023-01-01T00:00:00Z", to: "2025-03-04T00:00:00Z" } }) {
        totals {
          callCount completedCount liveCount unreportedCount offeredCount answeredCount missedCount abandonedCount
          ivrEndedCount unknownCount inboundCount outboundCount
        }
      }
    }`);
    expect(callMetrics.totals).toEqual({
      callCount: 33,
      completedCount: 31,
      liveCount: 2,
      unreportedCount: 0,
      offeredCount: 28,
      answeredCount: 12,
      missedCount: 13,
      abandonedCount: 3,
      ivrEndedCount: 2,
      unknownCount: 1,
      inboundCount: 26,
      outboundCount: 6,
    });
  });
});

test('nothing of it is in the log: no number, no name, no secret', () => {
  const log = service
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'));
  expect(log.length).toBeGreaterThan(0);
  expect(log.join('\n')).not.toMatch(
    /98111000|98200000|Asha|Bilal|Chitra|Deepa|17409\d{5}\.1|88123|"level":"(error|warn|fatal)"/,
  );
  expect(log.join('\n')).not.toContain(new URL(service.webhookUrl).pathname.split('/').at(-1));
});
