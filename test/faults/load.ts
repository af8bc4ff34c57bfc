import { Agent, request } from 'node:http';

/** Reports sent over several connections until told to stop; what was answered to each. */
export type Load = { acknowledged: Set<string>; others: Map<number | string, number>; stop: () => Promise<void> };

/** Keeps connections busy with reports, each of a call of its own, and remembers which ones got 2xx. */
export function startLoad(webhookUrl: string, { connections = 16 } = {}): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const acknowledged = new Set<string>();
  const others = new Map<number | string, number>();
  let running = true;
  let next = 0;
  const keepBusy = async () => {
    while (running) {
      const sid = `load-${next++}`;
      const answer = await post(agent, webhookUrl, report(sid));
      if (answer === 200) acknowledged.add(sid);
      else {
        others.set(answer, (others.get(answer) ?? 0) + 1);
        // Nobody there, or too busy: a sender that tries at once only makes it worse.
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  };
  const busy = Array.from({ length: connections }, keepBusy);
  return {
    acknowledged,
    others,
    stop: async () => {
      running = false;
      await Promise.all(busy);
      agent.destroy();
    },
  };
}

function report(sid: string) {
  const n = Number(sid.slice(5));
  return {
    type: 'call_report',
    CallSid: sid,
    Direction: 'IVR',
    Status: 'ANSWER',
    SourceNumber: `98${String(n % 90_000).padStart(8, '0')}`,
    DestinationNumber: '08062861230',
    DialWhomNumber: `92${String(n % 50).padStart(8, '0')}`,
    StartTime: '2023-01-02 14:29:20',
    EndTime: '2023-01-02 14:30:20',
  };
}

/** Sends JSON; the status, or the code of what went wrong. */
export function post(agent: Agent, url: string, body: object): Promise<number | string> {
  const text = JSON.stringify(body);
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  return new Promise((resolve) => {
    const sent = request(url, { method: 'POST', agent, headers, timeout: 30_000 }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode ?? 0));
      answer.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'));
    });
    sent.on('timeout', () => sent.destroy(new Error('timeout')));
    sent.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    sent.end(text);
  });
}
