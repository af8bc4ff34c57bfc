import type { Call, NewCall } from '../../src/calls/call.table.ts';
import { type CallClass, type Chunk, noValue } from '../../src/columnar/store/chunk.ts';
import { serviceSettings, type World } from './recount/world.ts';

const names = ['Ravi', 'ravi', 'Éva 100%', null, 'Жанна', '😀 desk', 'ＷＩＤＥ'];

/** Two accounts with a few of everything that calls can name, without a database. */
export function imaginedWorld(): World {
  const accounts = [
    { id: 3, name: 'Own', timeZone: 'Asia/Kolkata', region: 'IN' },
    { id: 8, name: 'Zulu', timeZone: 'America/New_York', region: 'US' },
  ];
  const ofEach = (count: number) =>
    accounts.flatMap(({ id: accountId }, account) =>
      Array.from({ length: count }, (_, i) => ({ id: 1 + account * count + i, accountId, name: names[i] ?? null })),
    );
  // Filters that name texts are not for packed calls: of the rows only ids, accounts and names matter.
  const world = {
    accounts,
    agents: ofEach(6),
    campaigns: ofEach(4).map((row) => ({ ...row, campaignCode: `c${row.id}` })),
    callGroups: ofEach(7),
    virtualNumbers: ofEach(3).map((row) => ({ ...row, number: `+9122400000${row.id}` })),
    customers: ofEach(5),
    service: serviceSettings,
  };
  return world as unknown as World;
}

/** The calls that rows become when they are inserted in this order. */
export function imaginedCalls(rows: readonly NewCall[]): Call[] {
  return rows.map((row, i) => ({ ...row, id: i + 1 }) as Call);
}

/** A chunk of calls of one account; those in `superseded` are older versions of calls that are elsewhere. */
export function chunkOf(accountId: number, calls: readonly Call[], superseded: ReadonlySet<Call>): Chunk {
  const sorted = [...calls].sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt) || a.id - b.id);
  const ms = (text: string | null) => (text === null ? Number.NaN : Date.parse(text));
  const classes: CallClass[] = [];
  const classCode = Uint16Array.from(sorted, (call) => {
    const { direction, status, disposition, outcome } = call;
    const isLegAPicked = call.legAPickedAt !== null;
    const hasRecording = call.recordingUrl !== null;
    const own = { direction, status, disposition, outcome, isLegAPicked, hasRecording };
    const known = classes.findIndex((one) => JSON.stringify(one) === JSON.stringify(own));
    return known >= 0 ? known : classes.push(own) - 1;
  });
  return {
    accountId,
    from: Math.min(...sorted.map(({ startedAt }) => ms(startedAt))),
    to: Math.max(...sorted.map(({ startedAt }) => ms(startedAt))) + 1,
    count: sorted.length,
    startedAt: Float64Array.from(sorted, ({ startedAt }) => ms(startedAt)),
    classes,
    classCode,
    superseded: superseded.size > 0 ? Uint8Array.from(sorted, (call) => Number(superseded.has(call))) : null,
    int32: (name) => Int32Array.from(sorted, (call) => call[name] ?? noValue),
    moment: (name) => Float64Array.from(sorted, (call) => ms(call[name])),
    words: (name) => {
      const values = [...new Set(sorted.map((call) => call[name]))];
      return { codes: Uint16Array.from(sorted, (call) => values.indexOf(call[name])), values };
    },
    id: () => Float64Array.from(sorted, ({ id }) => id),
  };
}

/** Calls in chunks of at most `size`, account after account in time order; some also as they were before, superseded. */
export function packCalls(calls: readonly Call[], size: number, olderVersions: readonly Call[]): Chunk[] {
  const superseded = new Set(olderVersions);
  const all = [...calls, ...olderVersions].sort((a, b) => a.startedAt.localeCompare(b.startedAt) || a.id - b.id);
  return [...new Set(all.map(({ accountId }) => accountId))].flatMap((accountId) => {
    const own = all.filter((call) => call.accountId === accountId);
    return Array.from({ length: Math.ceil(own.length / size) }, (_, i) =>
      chunkOf(accountId, own.slice(i * size, (i + 1) * size), superseded),
    );
  });
}
