import { type SQL, sql } from 'drizzle-orm';
import { holdsNumber, holdsNumberSql } from '../../access/masking/holds-number.ts';
import { maskText, maskTextSql } from '../../access/masking/mask-text.ts';
import {
  agents,
  type CallGroup,
  type Campaign,
  callGroups,
  campaigns,
  customers,
  virtualNumbers,
} from '../../participants/participants.table.ts';
import { holdsFor } from '../../query/holds-for.ts';
import {
  allOf,
  type CallField,
  type CallOperand,
  callFields,
  everything,
  type Kind,
  type Leaf,
  leavesThatMustHold,
  type Predicate,
  type PredicateValue,
  partsOf,
  type ShownText,
} from '../../query/predicate.ts';
import { predicateSql, type SqlOperand } from '../../query/predicate-sql.ts';
import { msOf } from '../../time/instant.ts';
import { clockReader } from '../../time/local-clock.ts';
import { type Call, calls } from '../call.table.ts';
import type { CallColumn } from './call-columns.ts';
import { clockSql } from './clock-sql.ts';
import { numberColumns } from './number-columns.ts';

/** A call as predicates see it: its row, and the names of what it names. */
export type NamedCall = Pick<Call, CallColumn> & {
  callGroup: Pick<CallGroup, 'name'> | null;
  campaign: Pick<Campaign, 'campaignCode'> | null;
};

/** Where a field lies in the database, and in a row. */
type Place = Omit<SqlOperand, 'kind'> & { of: (call: NamedCall) => string | number | null };

const { accountId } = calls;
const elsewhere: Partial<Record<CallField, Partial<Place>>> = {
  accountId: { isInteger: true },
  isLegAPicked: { value: calls.legAPickedAt, of: (call) => call.legAPickedAt },
  hasRecording: { value: calls.recordingUrl, of: (call) => call.recordingUrl },
  callGroupName: {
    value: callGroups.name,
    inRow: { naming: { accountId, id: calls.callGroupId }, table: callGroups },
    of: ({ callGroup }) => callGroup?.name ?? null,
  },
  campaignCode: {
    value: campaigns.campaignCode,
    inRow: { naming: { accountId, id: calls.campaignId }, table: campaigns },
    of: ({ campaign }) => campaign?.campaignCode ?? null,
  },
  customerNumber: { owner: { id: calls.customerId, table: customers, number: customers.number } },
  agentNumber: { owner: { id: calls.agentId, table: agents, number: agents.number } },
};

function placeOf(field: CallField): Place & SqlOperand {
  const column = field as CallColumn;
  return { kind: callFields[field], value: calls[column], of: (call) => call[column], ...elsewhere[field] };
}

const places = Object.fromEntries(Object.keys(callFields).map((name) => [name, placeOf(name as CallField)])) as Record<
  CallField,
  Place & SqlOperand
>;

/** A predicate on calls for a statement that reads them. */
export const callSql = (predicate: Predicate): SQL => predicateSql(predicate, operandOf);

/** What a predicate compares, in such a statement. */
export const operandSql = (of: CallOperand): SqlOperand['value'] => operandOf(of).value;

function operandOf(of: CallOperand): SqlOperand {
  if (typeof of === 'string') return places[of];
  if ('shown' in of) return { ...places[of.shown], value: shownSql(of) };
  if ('part' in of) return { kind: 'integer', value: clockSql(of) };
  const { when, is, otherwise } = of.until;
  const until = sql`case when ${callSql(when)} then ${calls[is]} else ${calls[otherwise]} end`;
  return { kind: 'integer', value: sql`floor(extract(epoch from (${until}) - ${calls[of.from]}))` };
}

/** Whether a predicate holds for one call. */
export function holdsForCall(predicate: Predicate, call: NamedCall): boolean {
  const read = (of: CallOperand): PredicateValue | null => {
    if (typeof of === 'string') return readers[callFields[of]](places[of].of(call));
    if ('shown' in of) return shownOf(of, call);
    if ('part' in of) return clockReader(of)(msOf(call.startedAt));
    const { when, is, otherwise } = of.until;
    const until = call[holdsFor(when, read) ? is : otherwise];
    const from = call[of.from];
    return until === null || from === null ? null : Math.floor((msOf(until) - msOf(from)) / 1000);
  };
  return holdsFor(predicate, read);
}

/** A text as it is shown where numbers are masked. */
function shownSql({ shown }: ShownText): SQL {
  const { value } = places[shown];
  if (shown !== 'callSid') return maskTextSql(value);
  const numbers = numberColumns.map((name) => calls[name]);
  return sql`case when not ${holdsNumberSql(value, numbers)} then ${value} end`;
}

/** The same of a row. */
function shownOf({ shown }: ShownText, call: NamedCall): string | null {
  const text = places[shown].of(call);
  if (text === null || shown !== 'callSid') return text === null ? null : maskText(String(text));
  return holdsNumber(
    String(text),
    numberColumns.map((name) => call[name]),
  )
    ? null
    : String(text);
}

type Reader = (value: string | number | null) => PredicateValue | null;
const asItIs: Reader = (value) => value;
const readers: Record<Kind, Reader> = {
  id: asItIs,
  integer: asItIs,
  decimal: asItIs,
  word: asItIs,
  text: asItIs,
  name: asItIs,
  number: asItIs,
  instant: (value) => value && msOf(String(value)),
  presence: (value) => value !== null,
};

/** How far an index leads to the calls of a list, in its order. */
export type IndexAccess = {
  /** What the index itself holds for: all of the predicate, or the part that it can tell. */
  condition: SQL;
  isWhole: boolean;
  /**
   * Whether the participant it leads by is of the accounts that are asked for: all calls that name one are of its account. Looked up
   * once; of one of others no call is looked at.
   */
  isOfAccount?: SQL;
};

/** Participants whose calls an index has in order of start, those with few calls first. */
const led = {
  customerId: customers,
  agentId: agents,
  campaignId: campaigns,
  callGroupId: callGroups,
  virtualNumberId: virtualNumbers,
};
type Led = keyof typeof led;

/** What an index in order of start, or of the last change, can tell of a predicate. */
export function indexAccess(predicate: Predicate, column: 'startedAt' | 'updatedAt'): IndexAccess {
  const parts = partsOf(predicate);
  const leaves = leavesThatMustHold(predicate);
  const account = leaves.find((leaf) => leaf.of === 'accountId' && 'in' in leaf && leaf.in.length === 1);
  if (column === 'updatedAt') {
    const isWhole = parts.length === (account ? 1 : 0);
    return { condition: callSql(account ?? everything), isWhole };
  }
  const leader = (Object.keys(led) as Led[])
    .flatMap((of) => leaves.filter((leaf) => leaf.of === of && 'in' in leaf && leaf.in.length === 1))
    .at(0);
  // The index of a participant begins with its id, which may be of another account.
  const first = leader ?? account;
  const told = leaves.filter((leaf) => leaf === first || (leaf.of === 'startedAt' && 'is' in leaf));
  const condition = callSql(allOf(...told));
  const accounts = leader ? leaves.filter((leaf) => leaf.of === 'accountId' && 'in' in leaf) : [];
  if (!leader || accounts.length === 0) return { condition, isWhole: told.length === parts.length };
  return {
    condition,
    isWhole: told.length + accounts.length === parts.length,
    isOfAccount: participantIsOf(leader, accounts),
  };
}

function participantIsOf(leader: Leaf<CallOperand>, accounts: readonly Leaf<CallOperand>[]): SQL {
  const table = led[leader.of as Led];
  const column = (of: CallOperand): SqlOperand =>
    of === 'accountId' ? { ...places.accountId, value: table.accountId } : { kind: 'id', value: table.id };
  return sql`exists (select from ${table} where ${predicateSql(allOf(leader, ...accounts), column)})`;
}

/** Whether a predicate names the calls, or the customers whose calls they are: an index finds the few there are. */
export function isOfFewCalls(predicate: Predicate): boolean {
  return partsOf(predicate).some(
    (part) => ('of' in part && 'in' in part && (part.of === 'customerId' || part.of === 'id')) || isOfNone(part),
  );
}

const isOfNone = (predicate: Predicate) => 'any' in predicate && predicate.any.length === 0;
