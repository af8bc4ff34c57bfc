import type { AccountSetting, Provider, Reading, ReadingContext, SentDelivery } from '../provider.ts';
import { callListForm, callListPath, readCallListAnswer } from './call-list.ts';
import { columns } from './columns.ts';
import { erasePayload } from './erase-payload.ts';
import { hashedKind, kindOfType, normalizeDelivery } from './normalize-delivery.ts';
import { contentHash, readPayload, type Together } from './payload.ts';
import { readStatus } from './read-status.ts';
import { readSidTime } from './read-time.ts';
import { showPayload } from './show-payload.ts';

/** The call of its documentation, with times. */
export const sampleCall = {
  CallSid: '1672649960.9601',
  SourceNumber: '9812345678',
  DestinationNumber: '08062861230',
  DialWhomNumber: '9281234567',
  receiver_name: 'Ashish',
  Direction: 'IVR',
  Status: 'ANSWER',
  StartTime: '2023-01-02 14:29:20',
  EndTime: '2023-01-02 14:30:20',
  CallDuration: '60',
  TalkDuration: '40',
};

const legs = ['LEG_A', 'LEG_B'] as const;

/** Which leg of an outgoing call is the agent: the documentation contradicts itself, and integrations disagree. */
const outgoingAgent: AccountSetting = {
  option: 'outgoing-agent',
  shown: legs.join('|'),
  allowed: legs.join(' or '),
  read: (text) => {
    const leg = legs.find((known) => known === text);
    return leg ? { outgoingAgentLeg: leg } : null;
  },
  tell: ({ outgoingAgentLeg }) => outgoingAgentLeg,
};

/** CallerDesk: docs/callerdesk.md says what it sends, and what that becomes. */
export const callerDesk: Provider = {
  name: 'callerdesk',
  title: 'CallerDesk',
  webhook: {
    addresses: { '': null, '/call-report': 'CALL_REPORT', '/live-call': 'LIVE_CALL' },
    isInQuery: (query) => /call(?:[\s_.+-]|%20)*sid/i.test(query),
    notReadable: 'kept, but it can be read neither as JSON nor as a form',
    sample: { contentType: 'application/json', body: JSON.stringify(sampleCall) },
  },
  read,
  readStatus,
  readIdTime: readSidTime,
  showPayload,
  erase: erasePayload,
  columns,
  callList: { path: callListPath, form: callListForm, readAnswer: readCallListAnswer },
  settings: [outgoingAgent],
};

/** Reads a delivery, or the first look at a list of several. */
function read(sent: SentDelivery, { urlKind, account, receivedAt }: ReadingContext): Reading {
  const payload = readPayload(sent);
  const { form } = payload;
  const together = payload.together && togetherOf(payload.together);
  if (!payload.ok) return { form, unreadable: payload.reason, status: payload.status, ...(together && { together }) };
  const { fields } = payload;
  const isImported = sent.importedAs !== undefined;
  return {
    form,
    meaning: normalizeDelivery(fields, { urlKind, account, receivedAt, isImported }),
    contentHash: contentHash(fields, hashedKind(fields, urlKind)),
    ...(together && { together }),
  };
}

function togetherOf({ items, type }: Together): Reading['together'] {
  return {
    items: items.map((item) => ({ form: 'JSON', body: Buffer.from(item), contentType: 'application/json' })),
    kind: kindOfType(type),
  };
}
