import { customers, drawCalls, listRow, type Told, tellingsOf, toldOfNoCall } from './draw-tellings.ts';
import { Random } from './random.ts';

/** A delivery to the webhook, as its door hands it on. */
export type Sent = {
  form: 'JSON' | 'FORM' | 'QUERY';
  body: string;
  url: 'CALL_REPORT' | 'LIVE_CALL' | null;
  receivedAt: string;
};

/** One thing that happens. `at` is the moment of what is written; accounts are told by their place. */
export type Step = { at: string } & (
  | { what: 'deliver'; account: number; deliveries: Sent[] }
  | { what: 'import'; account: number; form: 'IMPORT' | 'BACKFILL'; rows: { body: string; broken?: string }[] }
  | {
      what: 'replay';
      filter: Record<string, unknown>;
      /** Only of one account. */
      account: number | null;
      first: number;
      /** From where the last replay ended. */
      goesOn: boolean;
      dryRun: boolean;
    }
  | { what: 'delete old deliveries' | 'delete old calls' | 'age live calls' | 'delete old ended calls'; before: string }
  | { what: 'erase'; account: number; number: string }
  | { what: 'set the agent leg'; account: number; leg: 'LEG_A' | 'LEG_B' }
  | { what: 'read numbers again'; account: number }
);

const start = Date.UTC(2026, 1, 1, 4, 0, 0);
const instant = (ms: number) => new Date(ms).toISOString();

/** The steps of one seed, always the same. */
export function drawMixture(seed: number, length = 30): Step[] {
  const random = new Random(seed);
  const calls = drawCalls(random, start, 16);
  /** What was told before, which comes again as it was. */
  const before: Told[] = [];
  const moments: number[] = [];
  let now = start + 30_000;

  const drawTold = (nth: number, isImported: boolean): Told => {
    if (before.length > 0 && random.isTrue(0.12)) return random.one(before);
    if (random.isTrue(0.08)) return toldOfNoCall(random);
    // Few calls at a time, so that much is told of each while others come and go.
    const call = random.one(calls.slice(0, Math.min(calls.length, 3 + Math.floor(nth / 2))));
    const told = isImported && random.isTrue(0.45) ? listRow(random, call) : random.weighted(tellingsOf(random, call));
    before.push(told);
    return told;
  };

  const drawDelivery = (nth: number, receivedAt: string): Sent => {
    const { payload, text } = drawTold(nth, false);
    const url = random.weighted<Sent['url']>([
      [8, null],
      [1, 'CALL_REPORT'],
      [1, 'LIVE_CALL'],
    ]);
    if (payload === undefined) return { form: 'JSON', body: text, url, receivedAt };
    const form = random.weighted<Sent['form']>([
      [6, 'JSON'],
      [2, 'FORM'],
      [2, 'QUERY'],
    ]);
    if (form === 'JSON') return { form, body: JSON.stringify(payload), url, receivedAt };
    return { form, body: new URLSearchParams(payload).toString(), url, receivedAt };
  };

  const drawList = (nth: number, receivedAt: string): Sent => {
    const items = Array.from({ length: random.upTo(3) + 1 }, () => drawTold(nth, false).payload ?? {});
    return { form: 'JSON', body: JSON.stringify(items), url: null, receivedAt };
  };

  const draw = (nth: number): Step => {
    now += 1000 * (10 + random.upTo(random.isTrue(0.2) ? 9000 : 900));
    const at = instant(now);
    const account = random.isTrue(0.15) ? 1 : 0;
    const earlier = () => instant(random.one(moments.slice(0, Math.ceil(moments.length * 0.7))) ?? start);
    const what = random.weighted<Step['what']>([
      [nth < 3 ? 100 : 42, 'deliver'],
      [24, 'import'],
      [nth < 3 ? 0 : 18, 'replay'],
      [nth < 5 ? 0 : 4, 'delete old deliveries'],
      [nth < 5 ? 0 : 2, 'delete old calls'],
      [nth < 5 ? 0 : 5, 'erase'],
      [3, 'age live calls'],
      [4, 'set the agent leg'],
      [1, 'read numbers again'],
      [1, 'delete old ended calls'],
    ]);
    switch (what) {
      case 'deliver': {
        const count = 1 + random.upTo(random.isTrue(0.3) ? 14 : 4);
        const deliveries = Array.from({ length: count }, (_, i) => {
          const receivedAt = instant(now - 5000 + i * 10);
          return random.isTrue(0.05) ? drawList(nth, receivedAt) : drawDelivery(nth, receivedAt);
        });
        return { what, at, account, deliveries };
      }
      case 'import': {
        const rows = Array.from({ length: 1 + random.upTo(10) }, () => {
          if (random.isTrue(0.03)) return { body: 'a;b', broken: 'too few columns' };
          const { payload, text } = drawTold(nth, true);
          return { body: payload === undefined ? text : JSON.stringify(payload) };
        });
        return { what, at, account, form: random.isTrue(0.5) ? 'IMPORT' : 'BACKFILL', rows };
      }
      case 'replay': {
        const filter = random.weighted<() => Record<string, unknown>>([
          [4, () => ({})],
          [
            2,
            () => ({ state: random.some(['RECORDED', 'DUPLICATE', 'IGNORED', 'UNREADABLE', 'CONFLICT', 'WAITING']) }),
          ],
          [2, () => ({ kind: random.some(['CALL_REPORT', 'LIVE_CALL', 'OTHER']) })],
          [2, () => ({ callSid: { in: random.some(calls.flatMap(({ sent, listed }) => [sent, listed])) } })],
          [2, () => ({ receivedAt: { gte: earlier() } })],
          [1, () => ({ receivedAt: { lt: earlier() } })],
        ])();
        return {
          what,
          at,
          filter,
          account: random.isTrue(0.2) ? account : null,
          first: random.isTrue(0.3) ? 1 + random.upTo(8) : 1000,
          goesOn: random.isTrue(0.2),
          dryRun: random.isTrue(0.15),
        };
      }
      case 'delete old deliveries':
      case 'delete old ended calls':
        return { what, at, before: earlier() };
      case 'delete old calls':
        return { what, at, before: instant((calls[random.upTo(6)]?.startedAt ?? start) + 1000) };
      case 'age live calls':
        return { what, at, before: instant(now - 1_800_000) };
      case 'erase':
        return { what, at, account, number: random.one(customers) };
      case 'set the agent leg':
        return { what, at, account, leg: random.isTrue(0.5) ? 'LEG_A' : 'LEG_B' };
      case 'read numbers again':
        return { what, at, account };
    }
  };

  return Array.from({ length }, (_, nth) => {
    const step = draw(nth);
    moments.push(now);
    return step;
  });
}
