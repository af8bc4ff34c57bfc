import type { Logger } from 'pino';
import { opensTo } from '../access/opens-to.ts';
import { isOfFewCalls } from '../calls/list/call-predicate.ts';
import type { Cancellation } from '../cancellation.ts';
import {
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
import type { MetricColumn } from './metric-column.ts';

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

type AskedOfPacked = Parameters<OpenPackedCalls>[1];

const notPacked = 'an account is not packed, or too much has changed of late';
const notOfPacked = 'made of what is not packed, or not in this version';

const namesOf = (columns: readonly MetricColumn[]) => columns.map(({ name }) => name).join(', ');

/** Decides for each column of figures of an operation which source answers it. */
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

  /**
   * Which of these columns packed calls can tell, and those calls; calls themselves are asked for the others alone. Where some
   * are `needed`, the others are no more than wished for, and where not all of those can be told, none is.
   */
  async openFor(
    { db, accountIds, range, filter }: SourcedQuestion,
    plan: SlotPlan,
    columns: readonly MetricColumn[],
    { figures = namesOf(columns), needed = [] }: { figures?: string; needed?: readonly MetricColumn[] } = {},
  ): Promise<{ told: readonly MetricColumn[]; packed: Scannable | null }> {
    const none = { told: [], packed: null };
    const test = this.#testOf(figures, filter);
    if (!test) return none;
    const { from, to } = range;
    const open = (some: readonly MetricColumn[]) => {
      const aggregates = some.map(({ aggregate }) => aggregate);
      return this.#openPacked(db, { accountIds, from, to, columns: [...neededColumns(test, plan, aggregates)] });
    };
    let told = columns.filter(({ aggregate }) => isScannable(aggregate));
    let packed = await open(told);
    if (!packed && (await open([]))) {
      const alone = await Promise.all(told.map((column) => open([column])));
      told = told.filter((_, i) => alone[i] !== null);
      packed = await open(told);
    }
    const others = packed ? columns.filter((column) => !told.includes(column)) : columns;
    if (!packed || others.length === columns.length || others.some((column) => needed.includes(column))) {
      this.#refuse(figures, packed ? notOfPacked : notPacked);
      return none;
    }
    this.#notePacked(others.length > 0 && needed.length === 0 ? namesOf(told) : figures, packed);
    if (others.length > 0 && needed.length === 0) this.#refuse(namesOf(others), notOfPacked);
    const selection = { from: msOf(from), to: msOf(to), test, cancellation: this.cancellation };
    return { told, packed: { ...packed, selection } };
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
    const packed = await this.#openNoted(figures, db, { ...around, accountIds, columns });
    return packed && { ...packed, test };
  }

  /** The packed calls in which those of a list are found; null as above. */
  openForList(db: ViewerDatabase, asked: AskedOfPacked): Promise<PackedCalls | null> {
    return this.#openNoted('a list of calls', db, asked);
  }

  #testOf(figures: string, filter: Predicate): Predicate | null {
    if (!this.#open) return this.#refuse(figures, 'switched off');
    if (!isPacked(filter)) return this.#refuse(figures, 'the filter asks for what is not packed');
    return isOfFewCalls(filter) ? this.#refuse(figures, 'an index finds the few calls') : filter;
  }

  async #openNoted(figures: string, db: ViewerDatabase, asked: AskedOfPacked): Promise<PackedCalls | null> {
    const packed = await this.#openPacked(db, asked);
    if (!packed) return this.#refuse(figures, notPacked);
    this.#notePacked(figures, packed);
    return packed;
  }

  async #openPacked(db: ViewerDatabase, asked: AskedOfPacked): Promise<PackedCalls | null> {
    const opened = db.readAccounts(asked.accountIds, opensTo.packedCalls, (on, accountIds) => {
      const states = this.#states.get(on) ?? new SnapshotStates(on);
      this.#states.set(on, states);
      return this.#open?.(on, { ...asked, accountIds, states });
    });
    return (await opened) ?? null;
  }

  #notePacked(figures: string, { chunks }: PackedCalls): void {
    this.#note({ figures, source: 'packed calls', calls: chunks.reduce((sum, { count }) => sum + count, 0) });
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
