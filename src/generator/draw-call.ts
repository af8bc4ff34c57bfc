import type { CallFacts } from '../calls/facts/call-facts.ts';
import { instantOf } from '../time/instant.ts';
import { type Company, drawCustomer } from './company.ts';
import type { Random } from './random.ts';

/** A call as it would be told, who took part by index, and when it was told. */
export type DrawnCall = {
  facts: CallFacts;
  /** Told as running and never reported. */
  isSilent: boolean;
  took: { agent: number | null; campaign: number | null; group: number | null; number: number; customer: number };
  receivedAt: number;
};

type Ended = {
  status: string;
  legA: number | null;
  legB: number | null;
  picked: number | null;
  seconds: number;
  talk: number;
  hangupCause?: string;
  errorCode?: string;
};

const upTo = (value: number, limit: number) => Math.min(Math.round(value), limit);

/** What a call is drawn of. */
export type CallStart = {
  company: Company;
  startMs: number;
  /** How busy the company is then: from 0 to about 1.4. */
  load: number;
  /** A customer who was missed a while ago, and tries again if this is a call that comes in. */
  redial: number | null;
  /** One whom the company calls back if this is a call that goes out. Default: null. */
  callBack?: number | null;
};

/** One call that starts at this moment. */
export function drawCall(random: Random, { company, startMs, load, redial, callBack = null }: CallStart): DrawnCall {
  const { agents, campaigns, groups, numbers } = company;
  const kind = random.next();
  const isOutbound = kind < 0.27;
  const isInbound = !isOutbound && kind < 0.997;
  const isSilent = isInbound && random.chance(0.001);
  const agent = company.drawAgent(random, startMs);
  const ended = isOutbound ? drawOutgoing(random) : drawIncoming(random, load);
  const reached = isOutbound || ended.legB !== null;
  const group = isOutbound
    ? null
    : reached
      ? company.groupOf(agent)
      : random.chance(0.7)
        ? random.below(groups.length)
        : null;
  const campaign = random.chance(isOutbound ? 0.9 : 0.3) ? company.drawCampaign(random) : null;
  const number = company.drawNumber(random);
  const known = isInbound ? redial : isOutbound ? callBack : null;
  const customer = known ?? drawCustomer(random, company.customers);

  const at = (seconds: number | null) => (seconds === null ? null : instantOf(startMs + seconds * 1000));
  const receivedAt = startMs + ended.seconds * 1000 + 1500 + random.below(4000);
  const agentNumber = (agents[agent] as (typeof agents)[number]).number;
  const theirs = company.customerNumber(customer);
  const startedAt = instantOf(startMs);
  const facts: CallFacts = {
    callSid: '',
    kind: isSilent ? 'LIVE' : 'REPORT',
    direction: isOutbound ? 'OUTBOUND' : isInbound ? 'INBOUND' : 'UNKNOWN',
    providerDirection: isOutbound ? 'WEBOBD' : isInbound ? 'IVR' : 'CLICK2CALL',
    sourceNumber: isOutbound ? agentNumber : theirs,
    destinationNumber: numbers[number] as string,
    dialedNumber: isOutbound ? theirs : reached ? agentNumber : null,
    agentName: reached ? (agents[agent]?.name ?? null) : null,
    agentEmail: null,
    callGroupName: group === null ? null : (groups[group] as string),
    campaignCode: campaign === null ? null : (campaigns[campaign] as string),
    keyPress: !isOutbound && random.chance(0.6) ? String(1 + random.below(4)) : null,
    sentStatus: isSilent ? 'Transfer to agent' : ended.status,
    sentCallStatus: null,
    sentHangupCause: ended.hangupCause ?? null,
    sentStartedAt: startedAt,
    sentEndedAt: isSilent ? null : at(ended.seconds),
    legAPickedAt: at(ended.legA),
    legBStartedAt: at(ended.legB),
    legBPickedAt: isSilent ? null : at(ended.picked),
    sentDurationSeconds: isSilent ? null : ended.seconds,
    sentTalkSeconds: isSilent ? null : ended.talk,
    coins: isSilent || random.chance(0.02) ? null : String(Math.max(1, Math.ceil(ended.seconds / 60))),
    recordingUrl: null,
    errorCode: ended.errorCode ?? null,
    sidStartedAt: startedAt,
    receivedAt: instantOf(receivedAt),
    outranked: 0,
    answered: 0,
  };
  return {
    facts,
    isSilent,
    took: { agent: reached ? agent : null, campaign, group, number, customer },
    receivedAt,
  };
}

/** A menu, a wait that grows with the load, and an agent, unless the caller gives up before. */
function drawIncoming(random: Random, load: number): Ended {
  const legA = 1 + random.below(2);
  const menu = upTo(3 + random.logNormal(9, 0.6), 180);
  if (random.chance(0.06)) {
    const seconds = legA + Math.ceil(menu * random.next());
    const status = random.chance(0.5) ? 'Not connected' : 'Cancel-Customer';
    return { status, legA, legB: null, picked: null, seconds, talk: 0, hangupCause: '(16-Customer)' };
  }
  const legB = legA + menu;
  const wait = upTo(random.logNormal(6 + 26 * Math.min(load, 1.5) ** 3, 0.7), 900);
  const patience = upTo(2 + random.exponential(110), 900);
  if (patience < wait) {
    return { status: 'abandonment', legA, legB, picked: null, seconds: legB + patience, talk: 0 };
  }
  if (random.chance(0.88)) return { ...drawTalk(random, legB + wait), legA, legB };
  const ring = legB + upTo(8 + random.logNormal(18, 0.4), 60);
  const missed = { legA, legB, picked: null, seconds: ring, talk: 0 };
  const why = random.next();
  if (why < 0.5) return { ...missed, status: 'NO ANSWER' };
  if (why < 0.62) return { ...missed, status: 'BUSY', hangupCause: '(17-Agent)' };
  if (why < 0.74) return { ...missed, status: 'AgentEngaged' };
  if (why < 0.83) return { ...missed, status: 'Unavailable' };
  if (why < 0.88) return { ...missed, status: 'cancel-Agent' };
  if (why < 0.92) return { ...missed, status: 'Cancel-Customer' };
  if (why < 0.95) return { ...missed, status: 'Voice Mail', talk: 5 + random.below(50) };
  if (why < 0.98) return { ...missed, status: 'CONGESTION', errorCode: '503', hangupCause: '34' };
  return { ...missed, status: 'DIALER ERROR' };
}

/** The agent's phone, then the customer's. */
function drawOutgoing(random: Random): Ended {
  const legA = 3 + random.below(9);
  const legB = legA + 1 + random.below(2);
  const picked = legB + upTo(5 + random.logNormal(9, 0.5), 55);
  if (random.chance(0.52)) return { ...drawTalk(random, picked), legA, legB };
  const missed = { legA, legB, picked: null, seconds: picked + random.below(20), talk: 0 };
  const why = random.next();
  if (why < 0.62) return { ...missed, status: 'NO ANSWER' };
  if (why < 0.78) return { ...missed, status: 'BUSY', hangupCause: '(17-Customer)' };
  if (why < 0.9) return { ...missed, status: 'CANCEL' };
  if (why < 0.96) return { ...missed, status: 'CHANUNAVAIL' };
  return { ...missed, status: 'CONGESTION', errorCode: '404', hangupCause: '38' };
}

function drawTalk(random: Random, picked: number): Omit<Ended, 'legA' | 'legB'> {
  const talk = Math.max(1, upTo(random.logNormal(105, 1), 7200));
  const hangupCause = random.chance(0.6) ? '(16-Customer)' : '(16-Agent)';
  return { status: 'ANSWER', picked, seconds: picked + talk, talk, hangupCause };
}
