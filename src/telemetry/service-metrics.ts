import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Receipt } from '../access/log/receipt.ts';
import type { InboxFigures } from '../inbox/inbox-figures.ts';
import { eventStates } from '../inbox/webhook-event.table.ts';
import type { ThreadFigures } from './thread-figures.ts';

const prefix = 'call_analytics_';

/** What was asked, and how it ended. */
export type Asked = { receipt: Receipt; status: number; seconds: number };

/** How many deliveries wait to be written, and for how many seconds the first of them. */
export type DeliveryQueue = { length: number; oldestSeconds: number };

/** What is looked at when the metrics are read; null: it cannot be told just now. */
export type Looked = {
  queue: () => DeliveryQueue;
  main: () => ThreadFigures;
  answering: () => Promise<ThreadFigures | null>;
  database: () => Promise<(InboxFigures & { packingLagSeconds: number }) | null>;
};

export type MetricsText = { type: string; text: string };

/** Codes of errors are a closed list, but for those of GraphQL's own. */
const plainCode = /^[A-Z][A-Z_]{1,40}$/;
const mostCodes = 40;

/** What the service tells Prometheus of itself. No label has more values than the service itself knows. */
export class ServiceMetrics {
  readonly #registry = new Registry();
  readonly #documents: ReadonlySet<string>;
  readonly #codes = new Set<string>();
  readonly #deliveries;
  readonly #commits;
  readonly #groups;
  readonly #questions;
  readonly #durations;
  readonly #costs;
  readonly #rows;
  readonly #restarts;
  readonly #liveConnections;
  readonly #subscriptions;
  readonly #subscriptionEvents;
  readonly #subscriptionEnds;
  readonly #queueLength;
  readonly #queueOldest;
  readonly #states;
  readonly #newest;
  readonly #lag;
  readonly #sources;
  readonly #poolConnections;
  readonly #poolWaiting;
  readonly #poolMost;
  readonly #delay;
  readonly #errors;
  readonly #isUp;
  #last: Promise<unknown> = Promise.resolve();

  /** `documents`: names of operations that are told apart; of all others there is one figure. */
  constructor(documents: Iterable<string> = []) {
    this.#documents = new Set(documents);
    collectDefaultMetrics({ register: this.#registry });
    this.#deliveries = this.#counter('deliveries_total', 'Deliveries of webhooks, by what became of them.', [
      'provider',
      'outcome',
    ]);
    this.#commits = this.#histogram(
      'delivery_commit_seconds',
      'How long a group of deliveries took to be written and durable.',
      [],
      [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    );
    this.#groups = this.#histogram(
      'delivery_group_size',
      'How many deliveries were written together.',
      [],
      [1, 2, 5, 10, 20, 50, 100, 200],
    );
    this.#questions = this.#counter(
      'questions_total',
      'Questions that were answered, by the name of their operation where it is known, and by the code of their first error, or OK.',
      ['document', 'outcome'],
    );
    this.#durations = this.#histogram(
      'question_duration_seconds',
      'How long a question took from when it was read to its answer.',
      ['document'],
      [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    );
    this.#costs = this.#counter('question_cost_total', 'What questions cost, as they are charged.', ['document']);
    this.#rows = this.#counter('question_rows_total', 'Rows and figures in answers.', ['document']);
    this.#restarts = this.#counter(
      'thread_restarts_total',
      'How often a thread broke off, or was stuck and ended, and was started again.',
      ['thread'],
    );
    this.#liveConnections = this.#gauge('live_connections', 'Open connections of subscriptions: ws or sse.', ['kind']);
    this.#subscriptions = this.#gauge('subscriptions', 'Subscriptions that are open, by their connections.', ['kind']);
    this.#subscriptionEvents = this.#counter('subscription_events_total', 'Answers that subscriptions were sent.', [
      'kind',
    ]);
    this.#subscriptionEnds = this.#counter(
      'subscriptions_ended_total',
      'Subscriptions that have ended, by why: too_slow are those that were cut off.',
      ['kind', 'reason'],
    );
    this.#queueLength = this.#gauge(
      'delivery_queue_length',
      'Deliveries that wait to be written, or are being written.',
    );
    this.#queueOldest = this.#gauge(
      'delivery_queue_oldest_seconds',
      'For how long the first of them has been waiting.',
    );
    this.#states = this.#gauge(
      'inbox_deliveries',
      'Deliveries of the last 24 hours by their state; imports are left out.',
      ['state'],
    );
    this.#newest = this.#gauge(
      'newest_delivery_timestamp_seconds',
      'When the newest delivery came, in seconds since 1970. Absent: none has yet.',
    );
    this.#lag = this.#gauge('packing_lag_seconds', 'How old the oldest change is that is not packed yet.');
    this.#sources = this.#counter(
      'figure_sources_total',
      'Tables of figures by where they came from: packed calls, or the calls themselves.',
      ['source'],
    );
    this.#poolConnections = this.#gauge(
      'pool_connections',
      'Connections to the database, by pool and whether they are in use.',
      ['pool', 'state'],
    );
    this.#poolWaiting = this.#gauge('pool_waiting', 'What waits for a connection of a pool.', ['pool']);
    this.#poolMost = this.#gauge('pool_connections_max', 'How many connections a pool may have.', ['pool']);
    this.#delay = this.#gauge(
      'event_loop_delay_seconds',
      'By how much the event loop of a thread was late since the metrics were read last.',
      ['thread', 'quantile'],
    );
    this.#errors = this.#counter(
      'database_errors_total',
      'Errors of statements by SQLSTATE; connection: it was lost, or not to be had.',
      ['thread', 'sqlstate'],
    );
    this.#isUp = this.#gauge('answering_thread_up', 'Whether the thread that answers questions told of itself.');
    for (const kind of ['ws', 'sse']) {
      this.#liveConnections.set({ kind }, 0);
      this.#subscriptions.set({ kind }, 0);
    }
    for (const thread of ['answering', 'packing']) this.#restarts.inc({ thread }, 0);
  }

  delivered(provider: string, outcome: string): void {
    this.#deliveries.inc({ provider, outcome });
  }

  committed(seconds: number, deliveries: number): void {
    this.#commits.observe(seconds);
    this.#groups.observe(deliveries);
  }

  asked({ receipt, status, seconds }: Asked): void {
    const { operationName, code, actualCost, rows } = receipt;
    const document = operationName !== null && this.#documents.has(operationName) ? operationName : 'other';
    this.#questions.inc({ document, outcome: this.#outcomeOf(code ?? (status >= 400 ? 'REFUSED' : 'OK')) });
    this.#durations.observe({ document }, seconds);
    this.#costs.inc({ document }, actualCost ?? 0);
    this.#rows.inc({ document }, rows ?? 0);
  }

  restarted(thread: string): void {
    this.#restarts.inc({ thread });
  }

  /** What the doors of subscriptions tell. */
  readonly live = {
    connected: (kind: string, by: 1 | -1): void => this.#liveConnections.inc({ kind }, by),
    subscribed: (kind: string, by: 1 | -1): void => this.#subscriptions.inc({ kind }, by),
    sent: (kind: string): void => this.#subscriptionEvents.inc({ kind }),
    ended: (kind: string, reason: string): void => this.#subscriptionEnds.inc({ kind, reason }),
  };

  /** All of it as Prometheus reads it. */
  read(looked: Looked): Promise<MetricsText> {
    // One after another: what is looked at is set, and then read.
    const read = this.#last.then(() => this.#read(looked));
    this.#last = read.catch(() => {});
    return read;
  }

  async #read(looked: Looked): Promise<MetricsText> {
    const [answering, database] = await Promise.all([looked.answering(), looked.database()]);
    const queue = looked.queue();
    this.#queueLength.set(queue.length);
    this.#queueOldest.set(queue.oldestSeconds);
    this.#isUp.set(answering ? 1 : 0);
    for (const metric of [
      this.#sources,
      this.#poolConnections,
      this.#poolWaiting,
      this.#poolMost,
      this.#delay,
      this.#errors,
    ]) {
      metric.reset();
    }
    this.#tell('main', looked.main());
    if (answering) this.#tell('answering', answering);
    this.#states.reset();
    for (const metric of [this.#newest, this.#lag]) metric.remove();
    if (database) this.#tellDatabase(database);
    return { type: this.#registry.contentType, text: await this.#registry.metrics() };
  }

  #tell(thread: string, { pools, delay, databaseErrors, sources }: ThreadFigures): void {
    for (const [pool, { size, idle, waiting, most }] of Object.entries(pools)) {
      this.#poolConnections.set({ pool, state: 'idle' }, idle);
      this.#poolConnections.set({ pool, state: 'used' }, size - idle);
      this.#poolWaiting.set({ pool }, waiting);
      this.#poolMost.set({ pool }, most);
    }
    for (const [quantile, seconds] of [
      ['0.5', delay.p50],
      ['0.99', delay.p99],
      ['1', delay.max],
    ] as const) {
      this.#delay.set({ thread, quantile }, seconds);
    }
    for (const [sqlstate, count] of Object.entries(databaseErrors)) this.#errors.inc({ thread, sqlstate }, count);
    for (const [source, count] of Object.entries(sources)) this.#sources.inc({ source }, count);
  }

  #tellDatabase({ newestAt, byState, packingLagSeconds }: InboxFigures & { packingLagSeconds: number }): void {
    for (const state of eventStates) this.#states.set({ state }, byState[state] ?? 0);
    if (newestAt !== null) this.#newest.set(newestAt);
    this.#lag.set(packingLagSeconds);
  }

  #outcomeOf(code: string): string {
    if (this.#codes.has(code)) return code;
    if (!plainCode.test(code) || this.#codes.size >= mostCodes) return 'OTHER';
    this.#codes.add(code);
    return code;
  }

  #counter(name: string, help: string, labelNames: string[] = []): Counter {
    return new Counter({ name: `${prefix}${name}`, help, labelNames, registers: [this.#registry] });
  }

  #gauge(name: string, help: string, labelNames: string[] = []): Gauge {
    return new Gauge({ name: `${prefix}${name}`, help, labelNames, registers: [this.#registry] });
  }

  #histogram(name: string, help: string, labelNames: string[], buckets: number[]): Histogram {
    return new Histogram({ name: `${prefix}${name}`, help, labelNames, buckets, registers: [this.#registry] });
  }
}
