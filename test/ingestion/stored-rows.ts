import type pg from 'pg';

/** Rows by what they are called here, which is the same on every run, though their ids are not. */
export type StoredRows = Map<string, Record<string, unknown>>;

type Row = Record<string, unknown> & { account_id: number };

// The columns by name, so that a further one changes nothing; one that is renamed is given the name it has here.
const callColumns = `call_sid, direction, status, disposition, outcome, ended_by, customer_id, agent_id, virtual_number_id,
  call_group_id, campaign_id, customer_number, agent_number, agent_name, source_number, destination_number, dialed_number,
  started_at, leg_a_picked_at, leg_b_started_at, leg_b_picked_at, answered_at, ended_at, duration_seconds, talk_seconds,
  ivr_seconds, ring_seconds, wait_seconds, coins::text, recording_url, key_press, hangup_cause, error_code, provider_status,
  provider_direction, created_at, updated_at, live_event_at, agent_email, sent_status, sent_call_status, sent_hangup_cause,
  sent_started_at, sent_ended_at, sent_duration_seconds, sent_talk_seconds, lesser_facts, answered_facts`;
const eventColumns = `received_at, kind, url_kind, form, state, reason, call_sid, content_type,
  encode(sha256(body), 'hex') as body, encode(content_hash, 'hex') as content_hash, unknown_words, not_understood`;
const times = 'first_call_at, last_call_at';

const tables = {
  agent: `select id, account_id, number, email, name, sent_name, given_name, ${times} from agents order by id`,
  campaign: `select id, account_id, campaign_code, name, ${times} from campaigns order by id`,
  callGroup: `select id, account_id, name, ${times} from call_groups order by id`,
  virtualNumber: `select id, account_id, number, name, ${times} from virtual_numbers order by id`,
  customer: `select id, account_id, number, name, ${times} from customers order by id`,
  call: `select id, account_id, ${callColumns} from calls order by id`,
  event: `select id, account_id, ${eventColumns} from webhook_events order by received_at, arrival_number, id`,
  ended: 'select call_id, account_id, removed_at, reason, replaced_by from ended_calls order by call_id',
  endedThrough: 'select account_id, deleted_through from ended_call_marks',
  arrivals: 'select account_id, last_event_at, last_report_at from webhook_arrivals where last_event_at is not null',
};
type Table = keyof typeof tables;

const everything = `select ${Object.entries(tables)
  .map(([name, query]) => `(select json_agg(t) from (${query}) as t) as "${name}"`)
  .join(', ')}`;

const participants = {
  agent: ['agent_id', ['number', 'email']],
  campaign: ['campaign_id', ['campaign_code']],
  callGroup: ['call_group_id', ['name']],
  virtualNumber: ['virtual_number_id', ['number']],
  customer: ['customer_id', ['number']],
} as const;
type Participant = keyof typeof participants;

/** Reads all that is stored of two accounts. One for each seed: rows keep the name under which they were first seen. */
export class RowReader {
  readonly #pool: pg.Pool;
  readonly #accounts: readonly number[];
  readonly #names = new Map<string, string>();
  readonly #taken = new Set<string>();

  constructor(pool: pg.Pool, accounts: readonly number[]) {
    this.#pool = pool;
    this.#accounts = accounts;
  }

  async read(): Promise<StoredRows> {
    const { rows } = await this.#pool.query<Record<Table, Row[] | null>>(everything);
    const found = rows[0] as Record<Table, Row[] | null>;
    const all: StoredRows = new Map();
    for (const kind of Object.keys(participants) as Participant[]) {
      for (const { id, ...row } of found[kind] ?? []) {
        const key = participants[kind][1].map((name) => row[name]).find((value) => value !== null);
        all.set(this.#name(kind, id, row, String(key)), told(row));
      }
    }
    for (const { id, ...row } of found.call ?? []) {
      const named = Object.entries(participants).map(([kind, [column]]) => [column, this.#nameOf(kind, row[column])]);
      all.set(this.#name('call', id, row, String(row.call_sid)), told({ ...row, ...Object.fromEntries(named) }));
    }
    for (const { id, ...row } of found.event ?? []) {
      all.set(this.#name('event', id, row, String(this.#taken.size)), told(row));
    }
    for (const { call_id, replaced_by, ...row } of found.ended ?? []) {
      all.set(
        `ended ${this.#nameOf('call', call_id)}`,
        told({ ...row, replaced_by: this.#nameOf('call', replaced_by) }),
      );
    }
    for (const kind of ['endedThrough', 'arrivals'] as const) {
      for (const row of found[kind] ?? []) all.set(`${kind} ${this.#accounts.indexOf(row.account_id)}`, told(row));
    }
    return new Map([...all].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #name(kind: string, id: unknown, row: Omit<Row, 'id'>, key: string): string {
    const known = this.#names.get(`${kind} ${id}`);
    if (known !== undefined) return known;
    const account = this.#accounts.indexOf(row.account_id as number);
    let name = `${kind} ${account}/${key}`;
    for (let n = 2; this.#taken.has(name); n++) name = `${kind} ${account}/${key} (${n})`;
    this.#taken.add(name);
    this.#names.set(`${kind} ${id}`, name);
    return name;
  }

  #nameOf(kind: string, id: unknown): string | null {
    return id === null ? null : (this.#names.get(`${kind} ${id}`) ?? 'never seen');
  }
}

function told({ account_id: _, ...row }: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
}

/** What a step changed: the rows as they are now; null: no more. */
export function changesBetween(before: StoredRows, now: StoredRows): Record<string, unknown> {
  const names = [...new Set([...before.keys(), ...now.keys()])].sort();
  return Object.fromEntries(
    names
      .filter((name) => JSON.stringify(before.get(name)) !== JSON.stringify(now.get(name)))
      .map((name) => [name, now.get(name) ?? null]),
  );
}
