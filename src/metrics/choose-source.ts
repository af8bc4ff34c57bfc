import type { Logger } from 'pino';
import { isOfFewCalls } from '../calls/list/index-access.ts';
import type { Cancellation } from '../cancellation.ts';
import {
  type Aggregate,
  type CallSelection,
  type ColumnName,
  isPacked,
  isScannable,
  neededColumns,
  type PackedCalls,
  type SlotPlan,
  SnapshotStates,
  type States,
} from '../columnar/index.ts';
import type { Database } from '../postgres/client.ts';
import type { Predicate } from '../query/predicate.ts';
import type { ViewerDatabase } from '../query/viewer-database.ts';
import type { Instant } from '../time/instant.ts';
import { msOf } from '../time/instant.ts';
import type { TimeRange } from '../time/range.ts';

/** Brings the packed calls of accounts that may matter between two moments, as they are in the snapshot of `db`. */
export type OpenPackedCalls = (
  db: Database,
  question: {
    accountIds: readonly number[];
    from: Instant | null;
    to: Instant | null;
    columns: readonly ColumnName[];
    overlapping?: boolean;
    states?: States;
  },
) => Promise<PackedCalls | null>;

/** Where some figures came from, and why not from packed calls where they did not. */
export type SourceChoice = { figures: string; source: 'packed calls' | 'calls'; reason?: string; calls?: number };

/** What is read of a question to find its source. */
type SourcedQuestion = { db: ViewerDatabase; accountIds: readonly number[]; range: TimeRange; filter: Predicate };

/** What a scan needs: packed calls, and which of them count. */
export type Scannable = PackedCalls & { selection: CallSelection };

/** Decides for each table of figures of an operation which stored source answers it. */
export class SourceChooser {
  readonly choices: SourceChoice[] = [];
  /** Whether anybody still wants its figures. */
  readonly cancellation: Cancellation | undefined;
  readonly #open: OpenPackedCalls | null;
  readonly #log: Pick<Logger, 'debug'>;
  readonly #states = new WeakMap<Database, States>();

  /** Without `open`, calls answer everything. */
  constructor(open: OpenPackedCalls | null, log: Pick<Logger, 'debug'>, cancellation?: Cancellation) {
    this.#open = open;
    this.cancellation = cancellation;
    this.#log = log;
  }

  /** Has what is packed in the snapshot of `db` be what others who see the same have found, too. */
  shareStates(db: Database, states: States): void {
    this.#states.set(db, states);
  }

  /** The packed calls that answer for these aggregates; null where calls themselves must. */
  async openFor(
    figures: string,
    { db, accountIds, range, filter }: SourcedQuestion,
    plan: SlotPlan,
    aggregates: readonly Aggregate[],
  ): Promise<Scannable | null> {
    const test = this.#testOf(figures, filter);
    if (!test || !this.#open) return null;
    if (!aggregates.every(isScannable)) {
      return this.#refuse(figures, 'a figure is not made of what is packed');
    }
    const columns = [...neededColumns(test, plan, aggregates)];
    const packed = await this.#openPacked(figures, db, { accountIds, from: range.from, to: range.to, columns });
    const { cancellation } = this;
    return packed && { ...packed, selection: { from: msOf(range.from), to: msOf(range.to), test, cancellation } };
  }

  /** The packed calls of a stretch that may reach beyond the range, for figures that look there; null as above. */
  async openAround(
    figures: string,
    { db, accountIds, filter }: SourcedQuestion,
    plan: SlotPlan,
    around: { from: Instant; to: Instant; columns: readonly ColumnName[]; overlapping?: boolean },
  ): Promise<(PackedCalls & { test: Predicate }) | null> {
    const test = this.#testOf(figures, filter);
    if (!test) return null;
    const columns = [...new Set([...neededColumns(test, plan, []), ...around.columns])];
    const packed = await this.#openPacked(figures, db, { ...around, accountIds, columns });
    return packed && { ...packed, test };
  }

  /** The packed calls in which those of a list are found; null as above. */
  openForList(db: ViewerDatabase, asked: Parameters<OpenPackedCalls>[1]): Promise<PackedCalls | null> {
    return this.#openPacked('a list of calls', db, asked);
  }

  #testOf(figures: string, filter: Predicate): Predicate | null {
    if (!this.#open) return this.#refuse(figures, 'switched off');
    if (!isPacked(filter)) return this.#refuse(figures, 'the filter asks for what is not packed');
    return isOfFewCalls(filter) ? this.#refuse(figures, 'an index finds the few calls') : filter;
  }

  async #openPacked(
    figures: string,
    db: ViewerDatabase,
    asked: Parameters<OpenPackedCalls>[1],
  ): Promise<PackedCalls | null> {
    const opened = db.readAccounts(asked.accountIds, (on, accountIds) => {
      const states = this.#states.get(on) ?? new SnapshotStates(on);
      this.#states.set(on, states);
      return this.#open?.(on, { ...asked, accountIds, states });
    });
    const packed = (await opened) ?? null;
    if (!packed) return this.#refuse(figures, 'an account is not packed, or too much has changed of late');
    const calls = packed.chunks.reduce((sum, { count }) => sum + count, 0);
    this.#note({ figures, source: 'packed calls', calls });
    return packed;
  }

  #refuse(figures: string, reason: string): null {
    this.#note({ figures, source: 'calls', reason });
    return null;
  }

  #note(choice: SourceChoice): void {
    this.choices.push(choice);
    this.#log.debug(choice, 'chose the source of figures');
  }
}
