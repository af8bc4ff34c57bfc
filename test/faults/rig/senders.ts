import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { post } from '../load.ts';

/** Where deliveries of an account are sent. */
export type Receiver = { account: number; webhookUrl: string };

/** A delivery that was acknowledged with 2xx. */
export type Acknowledged = { note: string; account: number; state: 'RECORDED' | 'IGNORED' };

export type Senders = {
  /** In the order of their answers. */
  acknowledged: Acknowledged[];
  /** How often something else was answered, or nothing. */
  refused: Map<number | string, number>;
  stop: () => Promise<void>;
};

const perAccount = 3;
let sent = 0;

/** Keeps sending to all accounts; what is refused is sent again until it is taken, as the provider does. */
export function startSenders(receivers: readonly Receiver[]): Senders {
  const agent = new Agent({ keepAlive: true });
  const acknowledged: Acknowledged[] = [];
  const refused = new Map<number | string, number>();
  let isOver = false;
  const keepBusy = async ({ account, webhookUrl }: Receiver) => {
    while (!isOver) {
      const { body, ...delivery } = makeDelivery(++sent);
      for (let isTaken = false; !isTaken && !isOver; ) {
        const answer = await post(agent, webhookUrl, body);
        isTaken = answer === 200;
        if (isTaken) acknowledged.push({ ...delivery, account });
        else {
          refused.set(answer, (refused.get(answer) ?? 0) + 1);
          await sleep(20);
        }
      }
    }
  };
  const busy = receivers.flatMap((receiver) => Array.from({ length: perAccount }, () => keepBusy(receiver)));
  return {
    acknowledged,
    refused,
    stop: async () => {
      isOver = true;
      await Promise.all(busy);
      agent.destroy();
    },
  };
}

/** Mostly reports; some live events, and some that tell of no call. Each has a note by which it is found again. */
function makeDelivery(n: number): Omit<Acknowledged, 'account'> & { body: object } {
  const note = `note-${n}`;
  if (n % 9 === 0) return { note, state: 'IGNORED', body: { type: 'call_report', note } };
  const hour = String(n % 24).padStart(2, '0');
  const isLive = n % 5 === 0;
  const body = {
    type: isLive ? 'live_call' : 'call_report',
    CallSid: `faults-${n}`,
    Direction: 'IVR',
    Status: isLive ? 'Transfer to agent' : n % 3 === 0 ? 'NO ANSWER' : 'ANSWER',
    SourceNumber: `98${String(n % 5000).padStart(8, '0')}`,
    DestinationNumber: '08062861230',
    DialWhomNumber: `92${String(n % 50).padStart(8, '0')}`,
    StartTime: `2023-01-02 ${hour}:29:20`,
    ...(!isLive && { EndTime: `2023-01-02 ${hour}:30:20`, TalkDuration: String(n % 40) }),
    note,
  };
  return { note, state: 'RECORDED', body };
}
