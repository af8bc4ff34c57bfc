// Made from schema.graphql by `npm run codegen`. Do not edit.
export type Maybe<T> = T | null;
export type InputMaybe<T> = T | null | undefined;
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /**
   * An instant as RFC 3339 text in UTC with three fractional digits: `2026-11-01T09:30:00.000Z`.
   * As input any offset is taken and at most three fractional digits, more only if they are zero.
   */
  DateTime: { input: unknown; output: string; }
  /**
   * A name or alias of the IANA time zone database, spelt as it is there: `Asia/Kolkata`, `America/New_York`, `UTC`, but also
   * `Asia/Calcutta` and `US/Eastern`. Answers name a zone as it was asked for. Without the posix/ and right/ families, `localtime`
   * and `Factory`.
   */
  TimeZone: { input: unknown; output: string; }
  /**
   * E.164 (`+919812345678`) where the number could be understood, else the text as received. Without the scope `numbers` those of
   * customers and agents are masked: `+91 98•••••678`, or `•••••••` where nothing of them may be shown.
   */
  PhoneNumber: { input: unknown; output: string; }
  /** An exact decimal number as a string, without exponent or trailing zeros: `"1"`, `"1.5"`. */
  Decimal: { input: unknown; output: string; }
  /** A whole number up to 2^53-1, as a JSON number. Sums of seconds overflow Int. */
  SafeInt: { input: number; output: number; }
  /** An absolute http or https URL. */
  URL: { input: string; output: string; }
  /** Any JSON value: what a provider sent, as it sent it. */
  JSON: { input: unknown; output: unknown; }
};

/**
 * Anything that has an id, which is enciphered, unique over all types and stays for life. An id tells nothing of what it names,
 * nor when that came or how many others there are.
 */
export type Node = {
  /** Opaque; unique over all types. */
  id: Scalars['ID']['output'];
};

/** Where a page of a connection stands in its list. */
export type PageInfo = {
  __typename?: 'PageInfo';
  /** Whether the list goes on after this page. */
  hasNextPage: Scalars['Boolean']['output'];
  /** Whether the list goes on before this page. */
  hasPreviousPage: Scalars['Boolean']['output'];
  /** Cursor of the page's first edge; null for an empty page. */
  startCursor: Maybe<Scalars['String']['output']>;
  /** Cursor of the page's last edge; null for an empty page. Give it as `after` for the next page. */
  endCursor: Maybe<Scalars['String']['output']>;
};

/** Nulls come last in both directions. */
export type SortDirection =
  /** Smallest, earliest or first by code point first. */
  | 'ASC'
  /** Largest or latest first. */
  | 'DESC';

/** Who called whom, seen from the account. */
export type CallDirection =
  /** A customer called a virtual number (the provider's IVR). */
  | 'INBOUND'
  /** An agent or a campaign called a customer (the provider's WEBOBD). */
  | 'OUTBOUND'
  /** The provider sent another word or none; it is kept in providerDirection. */
  | 'UNKNOWN';

/** Where the call is in its life. */
export type CallStatus =
  /** Live: nobody of the account has picked up yet. */
  | 'RINGING'
  /** Live: the parties are talking. */
  | 'IN_PROGRESS'
  /** Ended, with a report. */
  | 'COMPLETED'
  /**
   * Seen live, but for 4 hours (the setting LIVE_AGE_LIMIT_HOURS) neither a report nor a further live event was received. A
   * late report completes it; a further live event makes it live again.
   */
  | 'UNREPORTED';

/** How the call ended, read from the provider's words by a table. Null while it is live or unreported. */
export type CallDisposition =
  /** Picked up. */
  | 'ANSWERED'
  /** Rang out. */
  | 'NO_ANSWER'
  /** The called side was busy. */
  | 'BUSY'
  /** Hung up before pick-up, by the side in endedBy where it is known. */
  | 'CANCELED'
  /** The caller dropped while agents were being tried. */
  | 'ABANDONED'
  /** The agent was on, or ringing for, another call. */
  | 'AGENT_ENGAGED'
  /** The called side could not be reached: switched off, unregistered, unavailable. */
  | 'UNREACHABLE'
  /** Reached the menu (IVR) and was never forwarded to anybody. */
  | 'NOT_CONNECTED'
  /** Ended in a voicemail. */
  | 'VOICEMAIL'
  /** The network failed or did not know the number. */
  | 'FAILED'
  /** Words that no table knows, or none: kept in providerStatus, never guessed. */
  | 'UNKNOWN';

/** A side of a call. */
export type CallParty =
  /** The person outside. */
  | 'CUSTOMER'
  /** The person of the account. */
  | 'AGENT'
  /** Neither: the network or the platform. */
  | 'SYSTEM';

/**
 * What came of a completed call: exactly one each, decided from its facts when it is written; the first rule that fits wins.
 * Null while the call is live or unreported.
 */
export type CallOutcome =
  /** Not a voicemail, and: disposition ANSWERED, or leg B picked, or talk time above 0. */
  | 'ANSWERED'
  /**
   * OUTBOUND: every other known disposition. Else: NO_ANSWER, BUSY, AGENT_ENGAGED, UNREACHABLE, VOICEMAIL, FAILED, or
   * CANCELED by the agent's side.
   */
  | 'MISSED'
  /** Not OUTBOUND: ABANDONED; or CANCELED otherwise, if leg B had started or the report has no leg time at all. */
  | 'ABANDONED'
  /** Not OUTBOUND: NOT_CONNECTED; or CANCELED otherwise: the caller left in the menu, maybe served. */
  | 'IVR_ENDED'
  /** The disposition is UNKNOWN. */
  | 'UNKNOWN';

/**
 * One phone call, however many legs it had or events told of it. Durations are whole seconds. Where the provider sent a
 * duration it wins over the times, also where they disagree; a negative span is null.
 */
export type Call = Node & {
  __typename?: 'Call';
  /**
   * Opaque; stays for life, over later reports and re-imports too. Of two calls that turn out to be one, one id ends: it still
   * finds the call for some time, and `endedCalls` tells of it.
   */
  id: Scalars['ID']['output'];
  /**
   * The provider's id of the call, unique within its account. Of an outgoing call that only the provider's list tells of it may be
   * the list's own, until a delivery names the CallSid. Without the scope `numbers` it is `•••••••` where it has the last seven
   * digits of one of the call's numbers in it: then nothing finds the call by it, and in filters it is missing.
   */
  callSid: Scalars['String']['output'];
  /** The account whose webhook received it. */
  account: Account;
  /** Who called whom. */
  direction: CallDirection;
  /** Where the call is in its life. */
  status: CallStatus;
  /** How it ended. Null while it is live or unreported. */
  disposition: Maybe<CallDisposition>;
  /** What came of it. Null while it is live or unreported. */
  outcome: Maybe<CallOutcome>;
  /**
   * Who hung up or did not answer: the party that the provider names beside its status words; CUSTOMER for an abandoned
   * call; SYSTEM for a network failure; null where nothing tells.
   */
  endedBy: Maybe<CallParty>;
  /** The customer's number. Null if withheld, or if the direction is UNKNOWN. */
  customerNumber: Maybe<Scalars['PhoneNumber']['output']>;
  /** The person outside. Null without a number, for a masked number (it stands for many people) and with UNKNOWN direction. */
  customer: Maybe<Customer>;
  /**
   * Stands for the customer where the number is masked: 12 characters, the same for all calls of a customer. Null without a
   * customer, and once they are erased.
   */
  customerPseudonym: Maybe<Scalars['String']['output']>;
  /** The agent's number. Null if nobody was reached, or if the direction is UNKNOWN. */
  agentNumber: Maybe<Scalars['PhoneNumber']['output']>;
  /** The agent's name as sent with this call; `agent.name` is today's. The filter agentName means this one. */
  agentName: Maybe<Scalars['String']['output']>;
  /** Who answered or was tried last (INBOUND), or who placed the call (OUTBOUND). Null if nobody is named. */
  agent: Maybe<Agent>;
  /** The virtual number (DID) that was called, or called from. Null if none was sent. */
  virtualNumber: Maybe<VirtualNumber>;
  /** The group of agents the call was offered to. Null if none was sent. */
  callGroup: Maybe<CallGroup>;
  /** The click-to-call campaign. Null if none was sent. */
  campaign: Maybe<Campaign>;
  /** SourceNumber as sent, whoever it is. */
  sourceNumber: Maybe<Scalars['PhoneNumber']['output']>;
  /** DestinationNumber as sent, whoever it is. */
  destinationNumber: Maybe<Scalars['PhoneNumber']['output']>;
  /** DialWhomNumber as sent, whoever it is. */
  dialedNumber: Maybe<Scalars['PhoneNumber']['output']>;
  /**
   * When the call began: the StartTime of any delivery; else the epoch in the call's id; else endedAt - CallDuration as sent; else
   * its earliest leg time; else when this service first heard of the call.
   */
  startedAt: Scalars['DateTime']['output'];
  /** When leg A was picked up: INBOUND the customer in the menu, OUTBOUND the agent. Null if never or unknown. */
  legAPickedAt: Maybe<Scalars['DateTime']['output']>;
  /** When leg B began to ring. Null if it never did or is unknown. */
  legBStartedAt: Maybe<Scalars['DateTime']['output']>;
  /** When leg B was picked up. Null if never or unknown. */
  legBPickedAt: Maybe<Scalars['DateTime']['output']>;
  /**
   * When the conversation began: leg B picked; of an ended call else endedAt - talkSeconds. Null if the call was not
   * answered (a live one: not yet) or the moment is unknown.
   */
  answeredAt: Maybe<Scalars['DateTime']['output']>;
  /** EndTime; else startedAt + the sent duration; else null. Null while live. */
  endedAt: Maybe<Scalars['DateTime']['output']>;
  /** The whole call, ringing included: the sent CallDuration; else endedAt - startedAt. Null while live or unknown. */
  durationSeconds: Maybe<Scalars['Int']['output']>;
  /**
   * The conversation alone: the sent TalkDuration (but 0 on an answered call without leg B picked is unknown); else
   * endedAt - legBPickedAt; 0 for an ended call without a conversation (a voicemail's TalkDuration stays). Null while
   * live, or answered but unknown.
   */
  talkSeconds: Maybe<Scalars['Int']['output']>;
  /**
   * INBOUND only: time in the menu, from leg A picked to leg B started; if leg B never started and the call was not
   * answered, to its end. Null otherwise, and while it lasts.
   */
  ivrSeconds: Maybe<Scalars['Int']['output']>;
  /**
   * How long leg B rang: from its start to pick-up; of an answered call else to answeredAt; else to the end. Null if leg B
   * never started or still rings.
   */
  ringSeconds: Maybe<Scalars['Int']['output']>;
  /**
   * INBOUND only: how long the caller waited: from leg A picked (else the start) to answeredAt, else to the end. Null
   * otherwise, while waiting, or where the moment of the answer is unknown.
   */
  waitSeconds: Maybe<Scalars['Int']['output']>;
  /**
   * How long a call that is RINGING has been waiting, in whole seconds by the server's clock (`serverTime`): from leg A picked,
   * else from the start. So it counts from the moment from which waitSeconds will, and of an outgoing call how long the agent has
   * been waiting for the customer. 0 where the provider's clock is ahead. Null for every other status.
   */
  waitingSeconds: Maybe<Scalars['Int']['output']>;
  /** The provider's billing units, not money. Null if none were sent. */
  coins: Maybe<Scalars['Decimal']['output']>;
  /**
   * Where the recording can be fetched. Null if there is none (yet), and without the scope `recordings`; without `numbers` also
   * where the address has seven digits or more.
   */
  recordingUrl: Maybe<Scalars['URL']['output']>;
  /** Keys the caller pressed in the menu, as sent; more than three are `•••••••` without the scope `numbers`. */
  keyPress: Maybe<Scalars['String']['output']>;
  /** The Q.850 cause of the hang-up where one was given. */
  hangupCause: Maybe<Scalars['Int']['output']>;
  /** The provider's error code, as sent. */
  errorCode: Maybe<Scalars['String']['output']>;
  /** The provider's own words that decided status and disposition, trimmed, never rewritten. Null if none came. */
  providerStatus: Maybe<Scalars['String']['output']>;
  /** The provider's own word for the direction. Null if none came. */
  providerDirection: Maybe<Scalars['String']['output']>;
  /** When this service first heard of the call. */
  createdAt: Scalars['DateTime']['output'];
  /** When anything of the call last changed here. */
  updatedAt: Scalars['DateTime']['output'];
};

/** A page of calls. */
export type CallConnection = {
  __typename?: 'CallConnection';
  /** The page, with a cursor for each call. */
  edges: Array<CallEdge>;
  /** The page, without cursors. */
  nodes: Array<Call>;
  /** Where the page stands. */
  pageInfo: PageInfo;
  /** How many calls fit the filter, over all pages. Counted only if asked for, and no further than 10,000. */
  totalCount: Maybe<Scalars['SafeInt']['output']>;
  /** Whether totalCount is the whole count (true) or was stopped at 10,000 (false: there are more). */
  totalCountIsExact: Maybe<Scalars['Boolean']['output']>;
};

/** A call in a page. */
export type CallEdge = {
  __typename?: 'CallEdge';
  /** Opaque; belongs to this order and filter. */
  cursor: Scalars['String']['output'];
  /** The call. */
  node: Call;
};

/** Why the id of a call ended. */
export type CallRemovalReason =
  /** It turned out to be the same call as another one, and became part of it. */
  | 'MERGED'
  /** It was deleted for its age: the setting RETENTION_CALLS_DAYS. */
  | 'RETENTION';

/** A call that is no more: whoever keeps a copy of the calls removes it there. */
export type EndedCall = {
  __typename?: 'EndedCall';
  /** The id that the call had. */
  id: Scalars['ID']['output'];
  /** When it ended here: by the same clock as `updatedAt` of calls. */
  removedAt: Scalars['DateTime']['output'];
  /** Why. */
  reason: CallRemovalReason;
  /** The id of the call that stands for it now. Null after RETENTION, and where that call has been deleted since. */
  replacedBy: Maybe<Scalars['ID']['output']>;
};

/** A page of calls that are no more. */
export type EndedCallConnection = {
  __typename?: 'EndedCallConnection';
  /** The page, with a cursor for each. */
  edges: Array<EndedCallEdge>;
  /** The page, without cursors. */
  nodes: Array<EndedCall>;
  /** Where the page stands. */
  pageInfo: PageInfo;
  /** How many there are over all pages. Counted only if asked for, and no further than 10,000. */
  totalCount: Maybe<Scalars['SafeInt']['output']>;
  /** Whether totalCount is the whole count (true) or was stopped at 10,000 (false: there are more). */
  totalCountIsExact: Maybe<Scalars['Boolean']['output']>;
};

/** A call that is no more, in a page. */
export type EndedCallEdge = {
  __typename?: 'EndedCallEdge';
  /** Opaque; belongs to this since. */
  cursor: Scalars['String']['output'];
  /** The call that is no more. */
  node: EndedCall;
};

/** What calls can be ordered by; calls that are equal in it are ordered by id. */
export type CallOrderField =
  /** By startedAt. */
  | 'STARTED_AT'
  /** By updatedAt. A call that changes while you page may come again, never be lost. */
  | 'UPDATED_AT'
  /** By durationSeconds. */
  | 'DURATION_SECONDS'
  /** By talkSeconds. */
  | 'TALK_SECONDS'
  /** By waitSeconds. */
  | 'WAIT_SECONDS';

/** The order of a list of calls. Default: the latest start first. */
export type CallOrder = {
  /** What to order by. */
  field: CallOrderField;
  /** Which end comes first. */
  direction: SortDirection;
};

/**
 * Conditions on an instant; all that are given must hold. Ranges are half-open by habit: gte the first instant, lt the end.
 * In every filter: what is left out is ignored; a null is refused; a missing value makes every condition false, but
 * `ne` and `notIn` true.
 */
export type DateTimeFilter = {
  /** At or after. */
  gte?: InputMaybe<Scalars['DateTime']['input']>;
  /** After. */
  gt?: InputMaybe<Scalars['DateTime']['input']>;
  /** Before. */
  lt?: InputMaybe<Scalars['DateTime']['input']>;
  /** At or before. */
  lte?: InputMaybe<Scalars['DateTime']['input']>;
  /** true: has none; false: has one. */
  isNull?: InputMaybe<Scalars['Boolean']['input']>;
};

/** Conditions on a whole number; all that are given must hold. */
export type IntFilter = {
  /** Equal. */
  eq?: InputMaybe<Scalars['Int']['input']>;
  /** Not equal, or missing. */
  ne?: InputMaybe<Scalars['Int']['input']>;
  /** One of these, at most 250; an empty list matches nothing. */
  in?: InputMaybe<Array<Scalars['Int']['input']>>;
  /** None of these, or missing, at most 250; an empty list matches everything. */
  notIn?: InputMaybe<Array<Scalars['Int']['input']>>;
  /** Above. */
  gt?: InputMaybe<Scalars['Int']['input']>;
  /** At least. */
  gte?: InputMaybe<Scalars['Int']['input']>;
  /** Below. */
  lt?: InputMaybe<Scalars['Int']['input']>;
  /** At most. */
  lte?: InputMaybe<Scalars['Int']['input']>;
  /** true: has none; false: has one. */
  isNull?: InputMaybe<Scalars['Boolean']['input']>;
};

/** Conditions on an exact decimal; all that are given must hold. */
export type DecimalFilter = {
  /** Equal in value: 1.50 equals 1.5. */
  eq?: InputMaybe<Scalars['Decimal']['input']>;
  /** Above. */
  gt?: InputMaybe<Scalars['Decimal']['input']>;
  /** At least. */
  gte?: InputMaybe<Scalars['Decimal']['input']>;
  /** Below. */
  lt?: InputMaybe<Scalars['Decimal']['input']>;
  /** At most. */
  lte?: InputMaybe<Scalars['Decimal']['input']>;
  /** true: has none; false: has one. */
  isNull?: InputMaybe<Scalars['Boolean']['input']>;
};

/**
 * Conditions on text; all that are given must hold. Compared exactly, `contains` without case; % and _ are plain characters. In names a
 * letter with a mark is the same whether it is one character or two (Unicode NFC). Without the scope `numbers` they are about
 * texts as these are shown, with numbers masked; of what is not shown at all only isNull may be asked, else FORBIDDEN.
 */
export type StringFilter = {
  /** Exactly this. */
  eq?: InputMaybe<Scalars['String']['input']>;
  /** Not this, or missing. */
  ne?: InputMaybe<Scalars['String']['input']>;
  /** One of these, at most 250; an empty list matches nothing. */
  in?: InputMaybe<Array<Scalars['String']['input']>>;
  /** None of these, or missing, at most 250; an empty list matches everything. */
  notIn?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Begins with exactly this. */
  startsWith?: InputMaybe<Scalars['String']['input']>;
  /** Contains this, without regard to case. */
  contains?: InputMaybe<Scalars['String']['input']>;
  /** true: has none; false: has one. */
  isNull?: InputMaybe<Scalars['Boolean']['input']>;
};

/** Conditions on an id. An id that names nothing matches nothing. */
export type IdFilter = {
  /** Exactly this. */
  eq?: InputMaybe<Scalars['ID']['input']>;
  /** Not this, or missing. */
  ne?: InputMaybe<Scalars['ID']['input']>;
  /** One of these, at most 250; an empty list matches nothing. */
  in?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** None of these, or missing, at most 250; an empty list matches everything. */
  notIn?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** true: has none; false: has one. */
  isNull?: InputMaybe<Scalars['Boolean']['input']>;
};

/**
 * Conditions on a phone number; all that are given must hold. Digits may be of any script. Without the scope `numbers` only isNull
 * may be asked of the numbers of customers and agents, else FORBIDDEN.
 */
export type PhoneNumberFilter = {
  /** This number in any spelling, read in the account's region (several accounts: the service's). */
  eq?: InputMaybe<Scalars['PhoneNumber']['input']>;
  /** One of these in any spelling, at most 250; an empty list matches nothing. */
  in?: InputMaybe<Array<Scalars['PhoneNumber']['input']>>;
  /** Begins with these digits: E.164 without the plus. */
  startsWith?: InputMaybe<Scalars['String']['input']>;
  /** Ends with these digits. */
  endsWith?: InputMaybe<Scalars['String']['input']>;
  /** true: has none; false: has one. */
  isNull?: InputMaybe<Scalars['Boolean']['input']>;
};

/** Conditions on the direction; all that are given must hold. */
export type CallDirectionFilter = {
  /** Exactly this. */
  eq?: InputMaybe<CallDirection>;
  /** Any but this. */
  ne?: InputMaybe<CallDirection>;
  /** One of these; an empty list matches nothing. */
  in?: InputMaybe<Array<CallDirection>>;
  /** None of these; an empty list matches everything. */
  notIn?: InputMaybe<Array<CallDirection>>;
};

/** Conditions on the status; all that are given must hold. */
export type CallStatusFilter = {
  /** Exactly this. */
  eq?: InputMaybe<CallStatus>;
  /** Any but this. */
  ne?: InputMaybe<CallStatus>;
  /** One of these; an empty list matches nothing. */
  in?: InputMaybe<Array<CallStatus>>;
  /** None of these; an empty list matches everything. */
  notIn?: InputMaybe<Array<CallStatus>>;
};

/** Conditions on the outcome; all that are given must hold. */
export type CallOutcomeFilter = {
  /** Exactly this. */
  eq?: InputMaybe<CallOutcome>;
  /** Any but this, or none. */
  ne?: InputMaybe<CallOutcome>;
  /** One of these; an empty list matches nothing. */
  in?: InputMaybe<Array<CallOutcome>>;
  /** None of these, or none; an empty list matches everything. */
  notIn?: InputMaybe<Array<CallOutcome>>;
  /** true: has none (live or unreported); false: has one. */
  isNull?: InputMaybe<Scalars['Boolean']['input']>;
};

/** Conditions on the disposition; all that are given must hold. */
export type CallDispositionFilter = {
  /** Exactly this. */
  eq?: InputMaybe<CallDisposition>;
  /** Any but this, or none. */
  ne?: InputMaybe<CallDisposition>;
  /** One of these; an empty list matches nothing. */
  in?: InputMaybe<Array<CallDisposition>>;
  /** None of these, or none; an empty list matches everything. */
  notIn?: InputMaybe<Array<CallDisposition>>;
  /** true: has none (live or unreported); false: has one. */
  isNull?: InputMaybe<Scalars['Boolean']['input']>;
};

/**
 * Which calls: one meaning for lists and metrics alike. All that is given must hold; `{}` matches everything. Logic is
 * two-valued: a missing value makes a condition false (ne and notIn true), and `not` turns each answer round.
 */
export type CallFilter = {
  /** All of these; an empty list matches everything. and, or, not nest at most 5 deep. */
  and?: InputMaybe<Array<CallFilter>>;
  /** At least one of these; an empty list matches nothing. */
  or?: InputMaybe<Array<CallFilter>>;
  /** Not this. */
  not?: InputMaybe<CallFilter>;
  /** By the call's id. */
  id?: InputMaybe<IdFilter>;
  /** By the provider's id of the call. */
  callSid?: InputMaybe<StringFilter>;
  /** By account. */
  accountId?: InputMaybe<IdFilter>;
  /** By when the call began. */
  startedAt?: InputMaybe<DateTimeFilter>;
  /** By when the call ended. */
  endedAt?: InputMaybe<DateTimeFilter>;
  /** By when the call last changed here. */
  updatedAt?: InputMaybe<DateTimeFilter>;
  /** By who called whom. */
  direction?: InputMaybe<CallDirectionFilter>;
  /** By where the call is in its life. */
  status?: InputMaybe<CallStatusFilter>;
  /** By how the call ended. */
  disposition?: InputMaybe<CallDispositionFilter>;
  /** By what came of the call. */
  outcome?: InputMaybe<CallOutcomeFilter>;
  /** By agent. */
  agentId?: InputMaybe<IdFilter>;
  /** By campaign. */
  campaignId?: InputMaybe<IdFilter>;
  /** By call group. */
  callGroupId?: InputMaybe<IdFilter>;
  /** By virtual number. */
  virtualNumberId?: InputMaybe<IdFilter>;
  /** By customer. */
  customerId?: InputMaybe<IdFilter>;
  /** By the agent's name as sent with the call. */
  agentName?: InputMaybe<StringFilter>;
  /** By the name of the call's group. */
  callGroupName?: InputMaybe<StringFilter>;
  /** By the provider's campid. */
  campaignCode?: InputMaybe<StringFilter>;
  /** By the customer's number. */
  customerNumber?: InputMaybe<PhoneNumberFilter>;
  /** By the agent's number. */
  agentNumber?: InputMaybe<PhoneNumberFilter>;
  /** By the whole call's seconds. */
  durationSeconds?: InputMaybe<IntFilter>;
  /** By the conversation's seconds. */
  talkSeconds?: InputMaybe<IntFilter>;
  /** By leg B's ringing seconds. */
  ringSeconds?: InputMaybe<IntFilter>;
  /** By the caller's waiting seconds. */
  waitSeconds?: InputMaybe<IntFilter>;
  /** By the provider's billing units. */
  coins?: InputMaybe<DecimalFilter>;
  /** By the provider's own status words. */
  providerStatus?: InputMaybe<StringFilter>;
  /** By the provider's error code. */
  errorCode?: InputMaybe<StringFilter>;
  /** true: has a recording; false: has none. */
  hasRecording?: InputMaybe<Scalars['Boolean']['input']>;
};

/** One login at the provider that sends its deliveries here. Its settings decide how they are read. */
export type Account = Node & {
  __typename?: 'Account';
  /** Opaque; stays for life. */
  id: Scalars['ID']['output'];
  /** Its name in this service. */
  name: Scalars['String']['output'];
  /** The telephony provider: `callerdesk`. */
  provider: Scalars['String']['output'];
  /** The zone in which the provider's times are read, and the default for its metrics. */
  timeZone: Scalars['TimeZone']['output'];
  /** ISO 3166 region in which numbers without a country code are read: `IN`. */
  region: Scalars['String']['output'];
  /** When it was set up here. */
  createdAt: Scalars['DateTime']['output'];
  /** Whether its calls are made up, by `npm run demo`, which also takes it away again. */
  isDemo: Scalars['Boolean']['output'];
};

/** Who answers or places calls: one per number within an account, or per e-mail where no number is sent. */
export type Agent = Node & {
  __typename?: 'Agent';
  /** Opaque; stays for life. */
  id: Scalars['ID']['output'];
  /** The account it belongs to. */
  account: Account;
  /** The newest name sent; null if none was. */
  name: Maybe<Scalars['String']['output']>;
  /** The agent's number; null for one known by e-mail alone. */
  number: Maybe<Scalars['PhoneNumber']['output']>;
  /** The newest e-mail address sent, in lower case; null if none was. */
  email: Maybe<Scalars['String']['output']>;
  /** When the first call with it began; null if no call has it any more. */
  firstCallAt: Maybe<Scalars['DateTime']['output']>;
  /** When the latest call with it began; null if no call has it any more. */
  lastCallAt: Maybe<Scalars['DateTime']['output']>;
  /** Its calls. Pages as in Query.calls. */
  calls: Maybe<CallConnection>;
  /**
   * The figures of its calls. As Query.callMetrics, but the account's zone is the default. The same question to many rows of
   * a list costs about as much as to one.
   */
  metrics: Maybe<CallMetrics>;
};


/** Who answers or places calls: one per number within an account, or per e-mail where no number is sent. */
export type AgentCallsArgs = {
  filter: InputMaybe<CallFilter>;
  orderBy: InputMaybe<CallOrder>;
  first: InputMaybe<Scalars['Int']['input']>;
  after: InputMaybe<Scalars['String']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
};


/** Who answers or places calls: one per number within an account, or per e-mail where no number is sent. */
export type AgentMetricsArgs = {
  range: TimeRangeInput;
  filter: InputMaybe<CallFilter>;
  timeZone: InputMaybe<Scalars['TimeZone']['input']>;
  weekStartsOn?: Scalars['Int']['input'];
};

/** A page of agents. */
export type AgentConnection = {
  __typename?: 'AgentConnection';
  /** The page, with cursors. */
  edges: Array<AgentEdge>;
  /** The page, without cursors. */
  nodes: Array<Agent>;
  /** Where the page stands. */
  pageInfo: PageInfo;
  /** How many fit the filter, over all pages. Counted only if asked for, and no further than 10,000. */
  totalCount: Maybe<Scalars['SafeInt']['output']>;
  /** Whether totalCount is the whole count (true) or was stopped at 10,000 (false: there are more). */
  totalCountIsExact: Maybe<Scalars['Boolean']['output']>;
};

/** One of a page of agents. */
export type AgentEdge = {
  __typename?: 'AgentEdge';
  /** Opaque; belongs to this order and filter. */
  cursor: Scalars['String']['output'];
  /** What stands there. */
  node: Agent;
};

/** Which agents. All that is given must hold. */
export type AgentFilter = {
  /** By id. */
  id?: InputMaybe<IdFilter>;
  /** By account. */
  accountId?: InputMaybe<IdFilter>;
  /** By name. */
  name?: InputMaybe<StringFilter>;
  /** By number. */
  number?: InputMaybe<PhoneNumberFilter>;
  /** By e-mail address. */
  email?: InputMaybe<StringFilter>;
  /** By when the first call began. */
  firstCallAt?: InputMaybe<DateTimeFilter>;
  /** By when the latest call began. */
  lastCallAt?: InputMaybe<DateTimeFilter>;
};

/** A click-to-call campaign. */
export type Campaign = Node & {
  __typename?: 'Campaign';
  /** Opaque; stays for life. */
  id: Scalars['ID']['output'];
  /** The account it belongs to. */
  account: Account;
  /** The provider's campid. */
  campaignCode: Scalars['String']['output'];
  /** The provider sends no names of campaigns: null until one is given. */
  name: Maybe<Scalars['String']['output']>;
  /** When the first call with it began; null if no call has it any more. */
  firstCallAt: Maybe<Scalars['DateTime']['output']>;
  /** When the latest call with it began; null if no call has it any more. */
  lastCallAt: Maybe<Scalars['DateTime']['output']>;
  /** Its calls. Pages as in Query.calls. */
  calls: Maybe<CallConnection>;
  /**
   * The figures of its calls. As Query.callMetrics, but the account's zone is the default. The same question to many rows of
   * a list costs about as much as to one.
   */
  metrics: Maybe<CallMetrics>;
};


/** A click-to-call campaign. */
export type CampaignCallsArgs = {
  filter: InputMaybe<CallFilter>;
  orderBy: InputMaybe<CallOrder>;
  first: InputMaybe<Scalars['Int']['input']>;
  after: InputMaybe<Scalars['String']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
};


/** A click-to-call campaign. */
export type CampaignMetricsArgs = {
  range: TimeRangeInput;
  filter: InputMaybe<CallFilter>;
  timeZone: InputMaybe<Scalars['TimeZone']['input']>;
  weekStartsOn?: Scalars['Int']['input'];
};

/** A page of campaigns. */
export type CampaignConnection = {
  __typename?: 'CampaignConnection';
  /** The page, with cursors. */
  edges: Array<CampaignEdge>;
  /** The page, without cursors. */
  nodes: Array<Campaign>;
  /** Where the page stands. */
  pageInfo: PageInfo;
  /** How many fit the filter, over all pages. Counted only if asked for, and no further than 10,000. */
  totalCount: Maybe<Scalars['SafeInt']['output']>;
  /** Whether totalCount is the whole count (true) or was stopped at 10,000 (false: there are more). */
  totalCountIsExact: Maybe<Scalars['Boolean']['output']>;
};

/** One of a page of campaigns. */
export type CampaignEdge = {
  __typename?: 'CampaignEdge';
  /** Opaque; belongs to this order and filter. */
  cursor: Scalars['String']['output'];
  /** What stands there. */
  node: Campaign;
};

/** Which campaigns. All that is given must hold. */
export type CampaignFilter = {
  /** By id. */
  id?: InputMaybe<IdFilter>;
  /** By account. */
  accountId?: InputMaybe<IdFilter>;
  /** By name. */
  name?: InputMaybe<StringFilter>;
  /** By the provider's campid. */
  campaignCode?: InputMaybe<StringFilter>;
  /** By when the first call began. */
  firstCallAt?: InputMaybe<DateTimeFilter>;
  /** By when the latest call began. */
  lastCallAt?: InputMaybe<DateTimeFilter>;
};

/** A group of agents that calls are offered to, known by its exact name. */
export type CallGroup = Node & {
  __typename?: 'CallGroup';
  /** Opaque; stays for life. */
  id: Scalars['ID']['output'];
  /** The account it belongs to. */
  account: Account;
  /** Its name, as sent, trimmed. */
  name: Scalars['String']['output'];
  /** When the first call with it began; null if no call has it any more. */
  firstCallAt: Maybe<Scalars['DateTime']['output']>;
  /** When the latest call with it began; null if no call has it any more. */
  lastCallAt: Maybe<Scalars['DateTime']['output']>;
  /** Its calls. Pages as in Query.calls. */
  calls: Maybe<CallConnection>;
  /**
   * The figures of its calls. As Query.callMetrics, but the account's zone is the default. The same question to many rows of
   * a list costs about as much as to one.
   */
  metrics: Maybe<CallMetrics>;
};


/** A group of agents that calls are offered to, known by its exact name. */
export type CallGroupCallsArgs = {
  filter: InputMaybe<CallFilter>;
  orderBy: InputMaybe<CallOrder>;
  first: InputMaybe<Scalars['Int']['input']>;
  after: InputMaybe<Scalars['String']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
};


/** A group of agents that calls are offered to, known by its exact name. */
export type CallGroupMetricsArgs = {
  range: TimeRangeInput;
  filter: InputMaybe<CallFilter>;
  timeZone: InputMaybe<Scalars['TimeZone']['input']>;
  weekStartsOn?: Scalars['Int']['input'];
};

/** A page of call groups. */
export type CallGroupConnection = {
  __typename?: 'CallGroupConnection';
  /** The page, with cursors. */
  edges: Array<CallGroupEdge>;
  /** The page, without cursors. */
  nodes: Array<CallGroup>;
  /** Where the page stands. */
  pageInfo: PageInfo;
  /** How many fit the filter, over all pages. Counted only if asked for, and no further than 10,000. */
  totalCount: Maybe<Scalars['SafeInt']['output']>;
  /** Whether totalCount is the whole count (true) or was stopped at 10,000 (false: there are more). */
  totalCountIsExact: Maybe<Scalars['Boolean']['output']>;
};

/** One of a page of call groups. */
export type CallGroupEdge = {
  __typename?: 'CallGroupEdge';
  /** Opaque; belongs to this order and filter. */
  cursor: Scalars['String']['output'];
  /** What stands there. */
  node: CallGroup;
};

/** Which call groups. All that is given must hold. */
export type CallGroupFilter = {
  /** By id. */
  id?: InputMaybe<IdFilter>;
  /** By account. */
  accountId?: InputMaybe<IdFilter>;
  /** By name. */
  name?: InputMaybe<StringFilter>;
  /** By when the first call began. */
  firstCallAt?: InputMaybe<DateTimeFilter>;
  /** By when the latest call began. */
  lastCallAt?: InputMaybe<DateTimeFilter>;
};

/** A virtual number (DID): what customers call, or what calls are placed from. */
export type VirtualNumber = Node & {
  __typename?: 'VirtualNumber';
  /** Opaque; stays for life. */
  id: Scalars['ID']['output'];
  /** The account it belongs to. */
  account: Account;
  /** The number. */
  number: Scalars['PhoneNumber']['output'];
  /** The provider sends no names of numbers: null until one is given. */
  name: Maybe<Scalars['String']['output']>;
  /** When the first call with it began; null if no call has it any more. */
  firstCallAt: Maybe<Scalars['DateTime']['output']>;
  /** When the latest call with it began; null if no call has it any more. */
  lastCallAt: Maybe<Scalars['DateTime']['output']>;
  /** Its calls. Pages as in Query.calls. */
  calls: Maybe<CallConnection>;
  /**
   * The figures of its calls. As Query.callMetrics, but the account's zone is the default. The same question to many rows of
   * a list costs about as much as to one.
   */
  metrics: Maybe<CallMetrics>;
};


/** A virtual number (DID): what customers call, or what calls are placed from. */
export type VirtualNumberCallsArgs = {
  filter: InputMaybe<CallFilter>;
  orderBy: InputMaybe<CallOrder>;
  first: InputMaybe<Scalars['Int']['input']>;
  after: InputMaybe<Scalars['String']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
};


/** A virtual number (DID): what customers call, or what calls are placed from. */
export type VirtualNumberMetricsArgs = {
  range: TimeRangeInput;
  filter: InputMaybe<CallFilter>;
  timeZone: InputMaybe<Scalars['TimeZone']['input']>;
  weekStartsOn?: Scalars['Int']['input'];
};

/** A page of virtual numbers. */
export type VirtualNumberConnection = {
  __typename?: 'VirtualNumberConnection';
  /** The page, with cursors. */
  edges: Array<VirtualNumberEdge>;
  /** The page, without cursors. */
  nodes: Array<VirtualNumber>;
  /** Where the page stands. */
  pageInfo: PageInfo;
  /** How many fit the filter, over all pages. Counted only if asked for, and no further than 10,000. */
  totalCount: Maybe<Scalars['SafeInt']['output']>;
  /** Whether totalCount is the whole count (true) or was stopped at 10,000 (false: there are more). */
  totalCountIsExact: Maybe<Scalars['Boolean']['output']>;
};

/** One of a page of virtual numbers. */
export type VirtualNumberEdge = {
  __typename?: 'VirtualNumberEdge';
  /** Opaque; belongs to this order and filter. */
  cursor: Scalars['String']['output'];
  /** What stands there. */
  node: VirtualNumber;
};

/** Which virtual numbers. All that is given must hold. */
export type VirtualNumberFilter = {
  /** By id. */
  id?: InputMaybe<IdFilter>;
  /** By account. */
  accountId?: InputMaybe<IdFilter>;
  /** By name. */
  name?: InputMaybe<StringFilter>;
  /** By number. */
  number?: InputMaybe<PhoneNumberFilter>;
  /** By when the first call began. */
  firstCallAt?: InputMaybe<DateTimeFilter>;
  /** By when the latest call began. */
  lastCallAt?: InputMaybe<DateTimeFilter>;
};

/** A person outside: one per number within an account. */
export type Customer = Node & {
  __typename?: 'Customer';
  /** Opaque; stays for life. */
  id: Scalars['ID']['output'];
  /** The account it belongs to. */
  account: Account;
  /** The number; null once erased. */
  number: Maybe<Scalars['PhoneNumber']['output']>;
  /** Stands for the number where that is masked: 12 characters, which stay as long as the customer. Null once erased. */
  pseudonym: Maybe<Scalars['String']['output']>;
  /** The provider sends no names of customers: null until one is given, and without the scope `numbers`. */
  name: Maybe<Scalars['String']['output']>;
  /** When the first call with it began; null if no call has it any more. */
  firstCallAt: Maybe<Scalars['DateTime']['output']>;
  /** When the latest call with it began; null if no call has it any more. */
  lastCallAt: Maybe<Scalars['DateTime']['output']>;
  /** Its calls. Pages as in Query.calls. */
  calls: Maybe<CallConnection>;
  /**
   * The figures of its calls. As Query.callMetrics, but the account's zone is the default. The same question to many rows of
   * a list costs about as much as to one.
   */
  metrics: Maybe<CallMetrics>;
};


/** A person outside: one per number within an account. */
export type CustomerCallsArgs = {
  filter: InputMaybe<CallFilter>;
  orderBy: InputMaybe<CallOrder>;
  first: InputMaybe<Scalars['Int']['input']>;
  after: InputMaybe<Scalars['String']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
};


/** A person outside: one per number within an account. */
export type CustomerMetricsArgs = {
  range: TimeRangeInput;
  filter: InputMaybe<CallFilter>;
  timeZone: InputMaybe<Scalars['TimeZone']['input']>;
  weekStartsOn?: Scalars['Int']['input'];
};

/** A page of customers. */
export type CustomerConnection = {
  __typename?: 'CustomerConnection';
  /** The page, with cursors. */
  edges: Array<CustomerEdge>;
  /** The page, without cursors. */
  nodes: Array<Customer>;
  /** Where the page stands. */
  pageInfo: PageInfo;
  /** How many fit the filter, over all pages. Counted only if asked for, and no further than 10,000. */
  totalCount: Maybe<Scalars['SafeInt']['output']>;
  /** Whether totalCount is the whole count (true) or was stopped at 10,000 (false: there are more). */
  totalCountIsExact: Maybe<Scalars['Boolean']['output']>;
};

/** One of a page of customers. */
export type CustomerEdge = {
  __typename?: 'CustomerEdge';
  /** Opaque; belongs to this order and filter. */
  cursor: Scalars['String']['output'];
  /** What stands there. */
  node: Customer;
};

/** Which customers. All that is given must hold. */
export type CustomerFilter = {
  /** By id. */
  id?: InputMaybe<IdFilter>;
  /** By account. */
  accountId?: InputMaybe<IdFilter>;
  /** By name. */
  name?: InputMaybe<StringFilter>;
  /** By number. */
  number?: InputMaybe<PhoneNumberFilter>;
  /** By when the first call began. */
  firstCallAt?: InputMaybe<DateTimeFilter>;
  /** By when the latest call began. */
  lastCallAt?: InputMaybe<DateTimeFilter>;
};

/** What agents, campaigns, groups, numbers and customers can be ordered by; equals are ordered by id. */
export type EntityOrderField =
  /** By name as it is shown, lower-cased, by code point; by id where no names are shown: those of customers without the scope `numbers`. */
  | 'NAME'
  /** By lastCallAt. */
  | 'LAST_CALL_AT'
  /** By firstCallAt. */
  | 'FIRST_CALL_AT';

/** The order of a list of agents, campaigns, groups, numbers or customers. Default: by name. */
export type EntityOrder = {
  /** What to order by. */
  field: EntityOrderField;
  /** Which end comes first. */
  direction: SortDirection;
};

/** The time a question is about, in exactly one of three forms. A call belongs to the range in which it STARTED. */
export type TimeRangeInput =
  /** Between two instants. */
  { between: InstantRangeInput; last?: never; calendar?: never; }
  |  /**
   * An ISO 8601 duration of whole numbers above 0, at most P10Y, that ends now: `P7D`, `PT90M`, `P1M`. Years and months are
   * taken off the local clock (31 March - P1M = 28 February), then weeks and days, then hours, minutes and seconds as
   * elapsed time.
   */
  { between?: never; last: Scalars['String']['input']; calendar?: never; }
  |  /** A whole period of the calendar in the question's time zone, THIS_* and TODAY to its end, also if that lies ahead. */
  { between?: never; last?: never; calendar: CalendarPeriod; };

/** Half-open: from is in, to is not. from = to is an empty range. */
export type InstantRangeInput = {
  /** The first instant. */
  from: Scalars['DateTime']['input'];
  /** The end, itself outside. */
  to: Scalars['DateTime']['input'];
};

/** A period of the calendar in the question's time zone. */
export type CalendarPeriod =
  /** The local date of now. */
  | 'TODAY'
  /** The local date before. */
  | 'YESTERDAY'
  /** The week of now; weeks begin on weekStartsOn. */
  | 'THIS_WEEK'
  /** The week before. */
  | 'LAST_WEEK'
  /** The month of now. */
  | 'THIS_MONTH'
  /** The month before. */
  | 'LAST_MONTH'
  /** The quarter of now. */
  | 'THIS_QUARTER'
  /** The quarter before. */
  | 'LAST_QUARTER'
  /** The year of now. */
  | 'THIS_YEAR'
  /** The year before. */
  | 'LAST_YEAR';

/** How long a bucket of a series is, on the local clock. */
export type TimeInterval =
  /** From every full local quarter of an hour, and from every clock change. */
  | 'QUARTER_HOUR'
  /** From every full local hour, and from every clock change: the repeated hour in autumn is two buckets. */
  | 'HOUR'
  /** A local date: 23, 24 or 25 hours, by the zone. */
  | 'DAY'
  /** Seven local dates from weekStartsOn. */
  | 'WEEK'
  /** A local month. */
  | 'MONTH'
  /** A local quarter of a year. */
  | 'QUARTER'
  /** A local year. */
  | 'YEAR';

/** What calls can be grouped by. */
export type CallDimension =
  /** By account. */
  | 'ACCOUNT'
  /** By agent; calls that name none are a group. */
  | 'AGENT'
  /** By campaign; calls without one are a group. */
  | 'CAMPAIGN'
  /** By call group; calls without one are a group. */
  | 'CALL_GROUP'
  /** By virtual number; calls without one are a group. */
  | 'VIRTUAL_NUMBER'
  /** By customer; calls without one are a group. */
  | 'CUSTOMER'
  /** By direction. */
  | 'DIRECTION'
  /** By disposition; live and unreported calls, which have none, are a group. */
  | 'DISPOSITION'
  /**
   * By the hour, 0 to 23, that the local clock showed when the call started. The repeated hour in autumn is one hour here. A range of at
   * most 25 years.
   */
  | 'HOUR_OF_DAY'
  /** By the weekday that the local calendar showed when the call started. ISO: Monday = 1 to Sunday = 7. A range of at most 25 years. */
  | 'DAY_OF_WEEK';

/** Which range to compare with. Calendar periods, whole months and local days stay such, across clock changes. */
export type Comparison =
  /**
   * The one right before: for a calendar period the one before it; from one first of a month to another, as many months
   * before; from one local midnight to another, as many local days before; else the same elapsed time before.
   */
  | 'PREVIOUS_PERIOD'
  /** Seven local days earlier. */
  | 'SAME_PERIOD_LAST_WEEK'
  /** A year earlier: the same months, or the same local dates and clock times (of 29 February: 28 February). */
  | 'SAME_PERIOD_LAST_YEAR';

/** The answer to a question about calls. Each part is computed only if it is asked for, all from one snapshot of the data. */
export type CallMetricsReport = {
  __typename?: 'CallMetricsReport';
  /** The first instant of the range. */
  from: Scalars['DateTime']['output'];
  /** The end of the range, itself outside. */
  to: Scalars['DateTime']['output'];
  /** The zone in which days, weeks and hours were cut. */
  timeZone: Scalars['TimeZone']['output'];
  /**
   * When the newest delivery (webhook, import, back-fill) of the accounts asked about was received, of those applied here: how
   * fresh the answer is. Null if there is none.
   */
  dataThrough: Maybe<Scalars['DateTime']['output']>;
  /**
   * Whether the figures are settled: the range ended at least the live age limit ago (4 hours; the setting
   * LIVE_AGE_LIMIT_HOURS), and no call of filter and range is live. Late reports and replays may still change them.
   */
  isFinal: Scalars['Boolean']['output'];
  /** Over all calls of filter and range. */
  totals: CallMetrics;
  /**
   * Every bucket of the range, empty ones too, aligned to the time zone, right across clock changes; none for an empty range.
   * An interval that cuts the range into more than 10,000 buckets (the setting LIMIT_TABLE_ROWS) is BAD_USER_INPUT.
   */
  timeSeries: Maybe<Array<CallMetricsBucket>>;
  /**
   * One group for each combination of keys that has at least one call; a missing key is a group of its own. At most
   * 10,000 groups (the setting LIMIT_TABLE_ROWS), else TOO_EXPENSIVE. Ties are ordered by key: dimension by dimension, names as they are shown
   * by lower-cased code points (customers by id without the scope `numbers`), numbers and enums by value, a missing key last, then id. Each page is of its own moment.
   */
  breakdown: Maybe<CallMetricsGroupConnection>;
  /**
   * Each hour of each weekday by the local clock: always 7 x 24 cells, Monday 0 h first. Their additive figures add up to the
   * totals. The repeated hour in autumn falls into one cell. A range of at most 25 years.
   */
  heatMap: Maybe<Array<CallMetricsHeatMapCell>>;
  /**
   * The same question over another range. An unfinished period is compared with a whole one; isFinal and dataThrough are those
   * of the other range.
   */
  compare: Maybe<CallMetricsReport>;
  /**
   * Drill-through: exactly the calls of filter and range, in pages as in Query.calls. Its totalCount equals the totals' callCount,
   * exact however large.
   */
  calls: Maybe<CallConnection>;
};


/** The answer to a question about calls. Each part is computed only if it is asked for, all from one snapshot of the data. */
export type CallMetricsReportTimeSeriesArgs = {
  interval: TimeInterval;
};


/** The answer to a question about calls. Each part is computed only if it is asked for, all from one snapshot of the data. */
export type CallMetricsReportBreakdownArgs = {
  by: Array<CallDimension>;
  orderBy: InputMaybe<CallMetricsOrder>;
  first?: Scalars['Int']['input'];
  after: InputMaybe<Scalars['String']['input']>;
};


/** The answer to a question about calls. Each part is computed only if it is asked for, all from one snapshot of the data. */
export type CallMetricsReportCompareArgs = {
  to: Comparison;
};


/** The answer to a question about calls. Each part is computed only if it is asked for, all from one snapshot of the data. */
export type CallMetricsReportCallsArgs = {
  orderBy: InputMaybe<CallOrder>;
  first: InputMaybe<Scalars['Int']['input']>;
  after: InputMaybe<Scalars['String']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
};

/** A bucket of a series. start and end are its own, not cut by the range; its figures cover only the part inside. */
export type CallMetricsBucket = {
  __typename?: 'CallMetricsBucket';
  /** The bucket's first instant. */
  start: Scalars['DateTime']['output'];
  /** The bucket's end, itself outside. */
  end: Scalars['DateTime']['output'];
  /**
   * The local name: `2026-11-01T01:00-04:00` (HOUR, QUARTER_HOUR), `2026-11-01` (DAY; WEEK: its first day), `2026-11`,
   * `2026-Q4`, `2026`.
   */
  label: Scalars['String']['output'];
  /** Whether the range cuts the bucket, or it has not ended yet. */
  isPartial: Scalars['Boolean']['output'];
  /** The figures of the calls that started in it. */
  metrics: CallMetrics;
  /**
   * Drill-through: exactly the calls that its figures count, in pages as in Query.calls. Its totalCount equals their callCount, exact
   * however large. Each bucket's page is a statement of its own: ask it of the bucket that is looked at.
   */
  calls: Maybe<CallConnection>;
};


/** A bucket of a series. start and end are its own, not cut by the range; its figures cover only the part inside. */
export type CallMetricsBucketCallsArgs = {
  orderBy: InputMaybe<CallOrder>;
  first: InputMaybe<Scalars['Int']['input']>;
  after: InputMaybe<Scalars['String']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
};

/** One hour of one weekday, by the local clock. */
export type CallMetricsHeatMapCell = {
  __typename?: 'CallMetricsHeatMapCell';
  /** ISO: Monday = 1 to Sunday = 7. */
  dayOfWeek: Scalars['Int']['output'];
  /** 0 to 23. */
  hourOfDay: Scalars['Int']['output'];
  /** The figures of the calls that started when the local clock showed this hour of this weekday. */
  metrics: CallMetrics;
};

/** A page of groups. */
export type CallMetricsGroupConnection = {
  __typename?: 'CallMetricsGroupConnection';
  /** The page, with cursors. */
  edges: Array<CallMetricsGroupEdge>;
  /** The page, without cursors. */
  nodes: Array<CallMetricsGroup>;
  /** Where the page stands. */
  pageInfo: PageInfo;
  /** How many groups there are, over all pages. */
  totalCount: Maybe<Scalars['SafeInt']['output']>;
  /** Over the calls of all groups after this page; null if there are none. */
  other: Maybe<CallMetrics>;
};

/** A group in a page. */
export type CallMetricsGroupEdge = {
  __typename?: 'CallMetricsGroupEdge';
  /** Opaque; belongs to this question. */
  cursor: Scalars['String']['output'];
  /** The group. */
  node: CallMetricsGroup;
};

/** A group of calls. Only the dimensions asked for are set; null in one of them is the group of calls without that key. */
export type CallMetricsGroup = {
  __typename?: 'CallMetricsGroup';
  /** Its account, by ACCOUNT. */
  account: Maybe<Account>;
  /** Its agent, by AGENT. */
  agent: Maybe<Agent>;
  /** Its campaign, by CAMPAIGN. */
  campaign: Maybe<Campaign>;
  /** Its call group, by CALL_GROUP. */
  callGroup: Maybe<CallGroup>;
  /** Its virtual number, by VIRTUAL_NUMBER. */
  virtualNumber: Maybe<VirtualNumber>;
  /** Its customer, by CUSTOMER. */
  customer: Maybe<Customer>;
  /** Its direction, by DIRECTION. */
  direction: Maybe<CallDirection>;
  /** Its disposition, by DISPOSITION. */
  disposition: Maybe<CallDisposition>;
  /** Its hour of the local day, 0 to 23, by HOUR_OF_DAY. */
  hourOfDay: Maybe<Scalars['Int']['output']>;
  /** Its weekday, by DAY_OF_WEEK. ISO: Monday = 1 to Sunday = 7. */
  dayOfWeek: Maybe<Scalars['Int']['output']>;
  /** The figures of its calls. */
  metrics: CallMetrics;
  /**
   * The group's own series, as CallMetricsReport.timeSeries. Groups of the page times buckets may be at most 10,000 (the
   * setting LIMIT_TABLE_ROWS), else TOO_EXPENSIVE.
   */
  timeSeries: Maybe<Array<CallMetricsBucket>>;
  /**
   * Drill-through: exactly the calls behind this row, in pages as in Query.calls. Its totalCount equals the group's callCount,
   * exact however large.
   */
  calls: Maybe<CallConnection>;
};


/** A group of calls. Only the dimensions asked for are set; null in one of them is the group of calls without that key. */
export type CallMetricsGroupTimeSeriesArgs = {
  interval: TimeInterval;
};


/** A group of calls. Only the dimensions asked for are set; null in one of them is the group of calls without that key. */
export type CallMetricsGroupCallsArgs = {
  orderBy: InputMaybe<CallOrder>;
  first: InputMaybe<Scalars['Int']['input']>;
  after: InputMaybe<Scalars['String']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
};

/** What groups can be ordered by: the field of CallMetrics of the same name. */
export type CallMetric =
  /** callCount */
  | 'CALL_COUNT'
  /** answeredCount */
  | 'ANSWERED_COUNT'
  /** missedCount */
  | 'MISSED_COUNT'
  /** abandonedCount */
  | 'ABANDONED_COUNT'
  /** answerRate */
  | 'ANSWER_RATE'
  /** abandonRate with its default arguments */
  | 'ABANDON_RATE'
  /** talkTime.sum */
  | 'TALK_SECONDS_TOTAL'
  /** talkTime.average */
  | 'TALK_SECONDS_AVERAGE'
  /** waitTime.average */
  | 'WAIT_SECONDS_AVERAGE'
  /** speedOfAnswer.average */
  | 'SPEED_OF_ANSWER_AVERAGE'
  /** coinsTotal */
  | 'COINS_TOTAL';

/** The order of groups. */
export type CallMetricsOrder = {
  /** What to order by. */
  metric: CallMetric;
  /** Which end comes first. */
  direction: SortDirection;
};

/** A share, 0 to 1, never percent. Reproducible: value = numerator / denominator; what was left out is counted in excluded. */
export type Ratio = {
  __typename?: 'Ratio';
  /** numerator / denominator; null if the denominator is 0. */
  value: Maybe<Scalars['Float']['output']>;
  /** How many count for it. */
  numerator: Scalars['SafeInt']['output'];
  /** Of how many. */
  denominator: Scalars['SafeInt']['output'];
  /** How many calls the definition left out of both. */
  excluded: Scalars['SafeInt']['output'];
};

/** Statistics of a span in whole seconds, over the calls where it is known; count says how many those were. */
export type DurationStatistics = {
  __typename?: 'DurationStatistics';
  /** How many calls have the span. */
  count: Scalars['SafeInt']['output'];
  /** Seconds together; 0 for none. */
  sum: Scalars['SafeInt']['output'];
  /** sum / count, in seconds; null for none. */
  average: Maybe<Scalars['Float']['output']>;
  /** The shortest; null for none. */
  min: Maybe<Scalars['Int']['output']>;
  /** The longest; null for none. */
  max: Maybe<Scalars['Int']['output']>;
  /**
   * The value that p percent of the spans do not exceed, interpolated linearly (percentile_cont); null for none. p is in percent:
   * `percentile(p: 95)`, not 0.95.
   */
  percentile: Maybe<Scalars['Float']['output']>;
  /** How many spans lie between the bounds, in half-open bins: (-inf, b1) [b1, b2) ... [bn, inf). */
  histogram: Array<HistogramBin>;
};


/** Statistics of a span in whole seconds, over the calls where it is known; count says how many those were. */
export type DurationStatisticsPercentileArgs = {
  p: Scalars['Float']['input'];
  belowOne?: Scalars['Boolean']['input'];
};


/** Statistics of a span in whole seconds, over the calls where it is known; count says how many those were. */
export type DurationStatisticsHistogramArgs = {
  bounds: Array<Scalars['Int']['input']>;
};

/** A bin of a histogram: from is in, to is not. */
export type HistogramBin = {
  __typename?: 'HistogramBin';
  /** The lower bound in seconds; null: none. */
  from: Maybe<Scalars['Int']['output']>;
  /** The upper bound in seconds, itself outside; null: none. */
  to: Maybe<Scalars['Int']['output']>;
  /** How many spans lie in it. */
  count: Scalars['SafeInt']['output'];
};

/**
 * The figures of a set of calls. In every set: callCount = completed + live + unreported; completed = offered + ivrEnded +
 * unknown; offered = answered + missed + abandoned. A count of nothing is 0; a ratio or average of nothing is null. A figure that
 * fails is null with an error, and those beside it stand; one that cannot be null takes its report, bucket or group along.
 */
export type CallMetrics = {
  __typename?: 'CallMetrics';
  /** All calls of filter and range, of any status. */
  callCount: Scalars['SafeInt']['output'];
  /** Calls with a report: status COMPLETED. */
  completedCount: Scalars['SafeInt']['output'];
  /** Calls still running: status RINGING or IN_PROGRESS. */
  liveCount: Scalars['SafeInt']['output'];
  /** Calls seen live whose report never came: status UNREPORTED. */
  unreportedCount: Scalars['SafeInt']['output'];
  /** Calls that somebody could have answered: outcome ANSWERED, MISSED or ABANDONED. */
  offeredCount: Scalars['SafeInt']['output'];
  /** Outcome ANSWERED. */
  answeredCount: Scalars['SafeInt']['output'];
  /** Outcome MISSED. */
  missedCount: Scalars['SafeInt']['output'];
  /** Outcome ABANDONED. */
  abandonedCount: Scalars['SafeInt']['output'];
  /** Outcome IVR_ENDED: ended in the menu, offered to nobody. */
  ivrEndedCount: Scalars['SafeInt']['output'];
  /** Outcome UNKNOWN: the provider's words are not understood. */
  unknownCount: Scalars['SafeInt']['output'];
  /** INBOUND calls abandoned after less than shortAbandonSeconds of waiting (waitSeconds). */
  shortAbandonedCount: Scalars['SafeInt']['output'];
  /** Calls of direction INBOUND, of any status. */
  inboundCount: Scalars['SafeInt']['output'];
  /** Calls of direction OUTBOUND, of any status. UNKNOWN is in neither. */
  outboundCount: Scalars['SafeInt']['output'];
  /** answeredCount / offeredCount; nothing is excluded. */
  answerRate: Ratio;
  /**
   * ASR (ITU-T E.425), over completed calls. INBOUND: leg A picked or answered, of all attempts; OUTBOUND: answered, of all
   * attempts. excluded: direction UNKNOWN.
   */
  answerSeizureRatio: Ratio;
  /**
   * Over INBOUND offered calls: (abandoned - short) / (offered - short), where short are those abandoned after less than
   * shortAbandonSeconds of waiting. excluded: short.
   */
  abandonRate: Ratio;
  /**
   * The share of INBOUND offered calls that were answered in time, by the rule. Times run on the clock to answeredAt, or to
   * the end where the call was not answered; within T is at most withinSeconds, short is less than shortAbandonSeconds. A
   * call without that time is left out of every term, but a missed one counts in O as it is. excluded: the calls left out,
   * and what the rule leaves out of its denominator.
   */
  serviceLevel: Ratio;
  /** waitSeconds of answered INBOUND calls; its average is the ASA. */
  speedOfAnswer: DurationStatistics;
  /** durationSeconds of completed calls: ringing included. */
  duration: DurationStatistics;
  /** talkSeconds of answered calls; its average is the ACD (ALOC). Never the whole duration, which includes ringing. */
  talkTime: DurationStatistics;
  /** ringSeconds of completed calls. */
  ringTime: DurationStatistics;
  /** waitSeconds of answered and abandoned INBOUND calls. */
  waitTime: DurationStatistics;
  /** ivrSeconds of completed calls. */
  ivrTime: DurationStatistics;
  /** The provider's billing units of all calls of filter and range; "0" for nothing. */
  coinsTotal: Scalars['Decimal']['output'];
  /** Different customers; a number is one customer per account. Calls without a customer count nobody. Does not add up over groups or buckets. */
  uniqueCustomerCount: Maybe<Scalars['SafeInt']['output']>;
  /**
   * The share of INBOUND completed calls after whose start the same customer started another INBOUND call, of any status and
   * outcome, later and at most withinHours later. Filter and range choose the first calls; the following one is looked for
   * among all calls of the account. excluded: INBOUND completed calls without a customer, or started less than withinHours
   * before now, which cannot be judged yet. Does not add up over groups or buckets.
   */
  repeatCustomerRate: Maybe<Ratio>;
  /**
   * The share of customers with a MISSED or ABANDONED INBOUND call who had an ANSWERED call, in either direction, that started
   * after their last such call and at most withinHours later. Counts customers, each once. Filter and range choose the missed
   * calls; the answer is looked for among all calls of the account. excluded: customers whose last missed call started less
   * than withinHours before now. Calls without a customer are not counted. Does not add up over groups or buckets.
   */
  missedCustomersReached: Maybe<Ratio>;
  /**
   * The most calls that were going on at one moment. A call goes on from startedAt to endedAt, a live one until now; unreported
   * calls, and calls whose end is not known or not after their start, never do. Calls that began before the range count while
   * they last. The time looked at is the range until now: of a bucket, a cell or a group by hour or weekday those hours. 0 for
   * nothing. Does not add up.
   */
  peakConcurrentCalls: Maybe<Scalars['Int']['output']>;
  /** The earliest moment at which peakConcurrentCalls were going on; null if none ever was. */
  peakConcurrentAt: Maybe<Scalars['DateTime']['output']>;
  /**
   * The traffic carried, in erlangs: the seconds for which calls were going on (see peakConcurrentCalls) divided by the seconds
   * of the time looked at. Null if there is no such time, as in the future.
   */
  erlangs: Maybe<Scalars['Float']['output']>;
  /**
   * The earliest of the 60-minute windows with the greatest traffic; it may start at any instant, and lies wholly in one piece of
   * the time looked at (see peakConcurrentCalls). Null if no window has traffic, or no piece lasts 60 minutes.
   */
  busyHour: Maybe<BusyHour>;
};


/**
 * The figures of a set of calls. In every set: callCount = completed + live + unreported; completed = offered + ivrEnded +
 * unknown; offered = answered + missed + abandoned. A count of nothing is 0; a ratio or average of nothing is null. A figure that
 * fails is null with an error, and those beside it stand; one that cannot be null takes its report, bucket or group along.
 */
export type CallMetricsShortAbandonedCountArgs = {
  shortAbandonSeconds?: Scalars['Int']['input'];
};


/**
 * The figures of a set of calls. In every set: callCount = completed + live + unreported; completed = offered + ivrEnded +
 * unknown; offered = answered + missed + abandoned. A count of nothing is 0; a ratio or average of nothing is null. A figure that
 * fails is null with an error, and those beside it stand; one that cannot be null takes its report, bucket or group along.
 */
export type CallMetricsAbandonRateArgs = {
  shortAbandonSeconds?: Scalars['Int']['input'];
};


/**
 * The figures of a set of calls. In every set: callCount = completed + live + unreported; completed = offered + ivrEnded +
 * unknown; offered = answered + missed + abandoned. A count of nothing is 0; a ratio or average of nothing is null. A figure that
 * fails is null with an error, and those beside it stand; one that cannot be null takes its report, bucket or group along.
 */
export type CallMetricsServiceLevelArgs = {
  withinSeconds?: Scalars['Int']['input'];
  clock?: ServiceLevelClock;
  rule?: ServiceLevelRule;
  shortAbandonSeconds?: Scalars['Int']['input'];
};


/**
 * The figures of a set of calls. In every set: callCount = completed + live + unreported; completed = offered + ivrEnded +
 * unknown; offered = answered + missed + abandoned. A count of nothing is 0; a ratio or average of nothing is null. A figure that
 * fails is null with an error, and those beside it stand; one that cannot be null takes its report, bucket or group along.
 */
export type CallMetricsRepeatCustomerRateArgs = {
  withinHours?: Scalars['Int']['input'];
};


/**
 * The figures of a set of calls. In every set: callCount = completed + live + unreported; completed = offered + ivrEnded +
 * unknown; offered = answered + missed + abandoned. A count of nothing is 0; a ratio or average of nothing is null. A figure that
 * fails is null with an error, and those beside it stand; one that cannot be null takes its report, bucket or group along.
 */
export type CallMetricsMissedCustomersReachedArgs = {
  withinHours?: Scalars['Int']['input'];
};

/** The busiest 60 minutes. */
export type BusyHour = {
  __typename?: 'BusyHour';
  /** When they begin; they end 60 minutes later. */
  start: Scalars['DateTime']['output'];
  /** Calls that were going on for at least a part of them. */
  callCount: Scalars['SafeInt']['output'];
  /** The traffic in them: on average so many calls were going on. */
  erlangs: Scalars['Float']['output'];
};

/** Where the time of a service level starts to run. */
export type ServiceLevelClock =
  /** At startedAt. */
  | 'START'
  /** When leg A was picked (the caller hears the menu), else at startedAt: the clock of waitSeconds. */
  | 'LEG_A_PICKED'
  /** When leg B began to ring; calls whose leg B never did are left out. */
  | 'LEG_B_STARTED';

/**
 * A answered, At answered within T, M missed, B abandoned, Bt abandoned within T, Bs short abandoned; O = A + M + B =
 * offered. T is withinSeconds.
 */
export type ServiceLevelRule =
  /** At / (O - Bs) */
  | 'SHORT_ABANDONS_EXCLUDED'
  /** At / O */
  | 'ABANDONED_COUNT_AGAINST'
  /** At / (O - Bt) */
  | 'ABANDONED_AFTER_T_AGAINST'
  /** (At + Bt) / O */
  | 'ABANDONED_WITHIN_T_COUNT'
  /** (At + Bs) / O */
  | 'SHORT_ABANDONS_COUNT'
  /** At / A */
  | 'ANSWERED_ONLY';

/** What the rows of a live board are of. */
export type LiveBoardDimension =
  /** By account. */
  | 'ACCOUNT'
  /** By call group; calls without one are a row. */
  | 'CALL_GROUP'
  /** By virtual number; calls without one are a row. */
  | 'VIRTUAL_NUMBER'
  /** By agent; calls that name none are a row. */
  | 'AGENT';

/**
 * What goes on now, for a supervisor: live calls counted, and the figures of the last hour, all of one moment. It tells of no single
 * call, so that it takes the scope `metrics`, as the same counts of `callMetrics` do; the calls themselves are `liveCalls`, for the
 * scope `calls`. A call leaves the live ones with its report, or when it becomes UNREPORTED.
 */
export type LiveBoard = {
  __typename?: 'LiveBoard';
  /** The server's clock: the moment to which waits are counted, and at which the last hour ends. */
  serverTime: Scalars['DateTime']['output'];
  /** Over all calls of the filter. */
  totals: LiveFigures;
  /**
   * A row for each key that a live call has, or a call that started in the last hour; a missing key is a row of its own. In this
   * order: who has the longest wait, then most calls in conversation, then most calls of the last hour; equals by key, the
   * missing one last. At most 10,000 keys may have calls of the last hour (the setting LIMIT_TABLE_ROWS), else TOO_EXPENSIVE.
   */
  breakdown: Maybe<Array<LiveBoardRow>>;
};


/**
 * What goes on now, for a supervisor: live calls counted, and the figures of the last hour, all of one moment. It tells of no single
 * call, so that it takes the scope `metrics`, as the same counts of `callMetrics` do; the calls themselves are `liveCalls`, for the
 * scope `calls`. A call leaves the live ones with its report, or when it becomes UNREPORTED.
 */
export type LiveBoardBreakdownArgs = {
  by: LiveBoardDimension;
  first?: Scalars['Int']['input'];
};

/** A row of a live board. Only what it is of is set; null there is the row of the calls without one. */
export type LiveBoardRow = {
  __typename?: 'LiveBoardRow';
  /** Its account, by ACCOUNT. */
  account: Maybe<Account>;
  /** Its call group, by CALL_GROUP. */
  callGroup: Maybe<CallGroup>;
  /** Its virtual number, by VIRTUAL_NUMBER. */
  virtualNumber: Maybe<VirtualNumber>;
  /** Its agent, by AGENT. */
  agent: Maybe<Agent>;
  /** The figures of its calls. */
  figures: LiveFigures;
};

/** The live calls of a set, whenever they started, and the figures of its last hour. */
export type LiveFigures = {
  __typename?: 'LiveFigures';
  /** Calls that ring or wait now: status RINGING. */
  ringingCount: Scalars['SafeInt']['output'];
  /** The longest wait of those, in seconds: the greatest of their waitingSeconds. Null where none rings. */
  longestWaitSeconds: Maybe<Scalars['Int']['output']>;
  /** Since when that one has been waiting: what longestWaitSeconds counts from. Null where none rings. */
  longestWaitSince: Maybe<Scalars['DateTime']['output']>;
  /** Calls in conversation now: status IN_PROGRESS. */
  talkingCount: Scalars['SafeInt']['output'];
  /** Different agents of those; calls that name no agent count nobody. Does not add up over rows. */
  agentsOnPhoneCount: Scalars['SafeInt']['output'];
  /**
   * The figures of the calls that started in the 60 minutes until serverTime, live ones too: exactly those of
   * `callMetrics(range: { last: "PT1H" })`. By outcome they are answeredCount, missedCount, abandonedCount, ivrEndedCount and unknownCount.
   */
  lastHour: CallMetrics;
};

/** What a delivery tells of. */
export type WebhookEventKind =
  /** A call that has ended. */
  | 'CALL_REPORT'
  /** A call that is running. */
  | 'LIVE_CALL'
  /** No call, or nothing that could be read: changes of members and groups, broken bodies. */
  | 'OTHER';

/** In what form a delivery came. */
export type WebhookEventForm =
  /** A JSON body. */
  | 'JSON'
  /** An urlencoded body. */
  | 'FORM'
  /** A query string. */
  | 'QUERY'
  /** A line of an imported file. */
  | 'IMPORT'
  /** A row that was fetched from the provider. */
  | 'BACKFILL';

/** What became of a delivery. Every one is kept, in exactly one of these; a replay may change it. */
export type WebhookEventState =
  /** What it says is in a call. */
  | 'RECORDED'
  /** The same was received before; it changed nothing. */
  | 'DUPLICATE'
  /** It tells of no call: it has no CallSid. */
  | 'IGNORED'
  /** It could not be understood, or not be written: reason says why. A replay reads it again. */
  | 'UNREADABLE'
  /** Its CallSid belongs to another call, with other numbers and another start. Neither is lost: this one is only here. */
  | 'CONFLICT'
  /**
   * A report that adds to a call which is not known yet, such as a recording alone: it makes none, and takes effect when another
   * delivery tells of that call. Kept, expired and erased like others.
   */
  | 'WAITING';

/** A delivery as it was received, and what became of it. */
export type WebhookEvent = Node & {
  __typename?: 'WebhookEvent';
  /** Opaque; stays for life. Later deliveries of an account have later places in the inbox. */
  id: Scalars['ID']['output'];
  /** The account whose address it was sent to. */
  account: Account;
  /** When it was received. */
  receivedAt: Scalars['DateTime']['output'];
  /** What it tells of: what its type says, else its address, else its content. */
  kind: WebhookEventKind;
  /** In what form it came. */
  form: WebhookEventForm;
  /** What became of it. */
  state: WebhookEventState;
  /**
   * Why it was not recorded: names the field and what was wrong with it. Null for what was recorded, and where the viewer lacks one
   * of the scopes `inbox`, `numbers` and `recordings`.
   */
  reason: Maybe<Scalars['String']['output']>;
  /**
   * Values that were sent and not understood, which the call is therefore without: of each the field and why, such as
   * `EndTime: no time that exists, in a form that is known`. Nothing is guessed. A replay reads them again.
   */
  notUnderstood: Array<Scalars['String']['output']>;
  /**
   * The provider's id of the call it tells of. Null if it tells of none, or could not be read so far; without the scope `numbers`
   * also where it has the last seven digits of one of the call's numbers in it, or may have those of one that is in no call.
   */
  callSid: Maybe<Scalars['String']['output']>;
  /** The call of its callSid and account, whatever this delivery did to it. Null if there is none. */
  call: Maybe<Call>;
  /**
   * What was sent. Of JSON the object, with numbers as JSON numbers (callSid has all digits) and of repeated keys the
   * last; of a form or a query string an object of strings, a repeated key as a list; of a body that could not be read its
   * text, with U+FFFD for what is no text. Holds personal data: null where the viewer lacks one of the scopes `inbox`, `numbers`
   * and `recordings`.
   */
  payload: Maybe<Scalars['JSON']['output']>;
};

/** A page of deliveries. */
export type WebhookEventConnection = {
  __typename?: 'WebhookEventConnection';
  /** The page, with a cursor for each delivery. */
  edges: Array<WebhookEventEdge>;
  /** The page, without cursors. */
  nodes: Array<WebhookEvent>;
  /** Where the page stands. */
  pageInfo: PageInfo;
  /** How many deliveries fit the filter, over all pages. Counted only if asked for, and no further than 10,000. */
  totalCount: Maybe<Scalars['SafeInt']['output']>;
  /** Whether totalCount is the whole count (true) or was stopped at 10,000 (false: there are more). */
  totalCountIsExact: Maybe<Scalars['Boolean']['output']>;
};

/** A delivery in a page. */
export type WebhookEventEdge = {
  __typename?: 'WebhookEventEdge';
  /** Opaque; belongs to this filter. */
  cursor: Scalars['String']['output'];
  /** The delivery. */
  node: WebhookEvent;
};

/** Which deliveries; all that is given must hold. `{}` matches everything. */
export type WebhookEventFilter = {
  /** By account. */
  accountId?: InputMaybe<IdFilter>;
  /** By the provider's id of the call it tells of. FORBIDDEN without the scope `numbers`. */
  callSid?: InputMaybe<StringFilter>;
  /** By when it was received. */
  receivedAt?: InputMaybe<DateTimeFilter>;
  /** One of these kinds, at most 250; an empty list matches nothing. */
  kind?: InputMaybe<Array<WebhookEventKind>>;
  /** One of these states, at most 250; an empty list matches nothing. */
  state?: InputMaybe<Array<WebhookEventState>>;
};

/**
 * Whether deliveries arrive and are understood. The last 24 hours are those before the operation began; counts are of
 * deliveries that are still kept.
 */
export type WebhookHealth = {
  __typename?: 'WebhookHealth';
  /** When the newest delivery was received, whatever it was; imports and back-fills are none. Null if there was none. */
  lastEventAt: Maybe<Scalars['DateTime']['output']>;
  /** When the newest call report was received. Null if there was none. */
  lastCallReportAt: Maybe<Scalars['DateTime']['output']>;
  /** Deliveries received in the last 24 hours, duplicates too, imports and back-fills not. */
  eventsLast24Hours: Scalars['SafeInt']['output'];
  /** Of those, how many are UNREADABLE now. */
  unreadableLast24Hours: Scalars['SafeInt']['output'];
  /** Of those, how many are CONFLICT now. */
  conflictsLast24Hours: Scalars['SafeInt']['output'];
  /** Of those, how many had a value that was sent and not understood, such as a time that does not exist. */
  notUnderstoodLast24Hours: Scalars['SafeInt']['output'];
  /** Deliveries that are WAITING now for their call to become known: whenever they came, and imported ones too. */
  waiting: Scalars['SafeInt']['output'];
  /**
   * Status words that no table here knows, each once, without their brackets, by code point: of the deliveries of the last
   * 30 days, at most the newest 10,000 that had any. A word that a table has learnt since goes when they are replayed. Empty where
   * the viewer lacks one of the scopes `inbox`, `numbers` and `recordings`.
   */
  unknownStatusWords: Array<Scalars['String']['output']>;
  /**
   * Requests to any valid webhook address that this instance has refused since it started, and so not kept: bodies and query
   * strings over 64 kB (413), before or after they are inflated. Of the accounts asked about, as far as the viewer may see them.
   */
  refusedSinceStart: Scalars['SafeInt']['output'];
  /**
   * Why old calls or deliveries are not deleted although their days are over (RETENTION_CALLS_DAYS, RETENTION_EVENTS_DAYS): a
   * clock may be wrong, and most of them would go. Null where nothing waits. Of all accounts: null for viewers of some.
   */
  retentionWaits: Maybe<Scalars['String']['output']>;
};

/**
 * What a replay did: how many deliveries it read again, and in which state they are now. One that still cannot be written
 * is counted in the state it had.
 */
export type ReplayResult = {
  __typename?: 'ReplayResult';
  /** Deliveries read again: recorded + duplicate + ignored + unreadable + conflict + waiting. */
  replayed: Scalars['SafeInt']['output'];
  /** Now RECORDED. */
  recorded: Scalars['SafeInt']['output'];
  /** Still DUPLICATE. */
  duplicate: Scalars['SafeInt']['output'];
  /** Now IGNORED. */
  ignored: Scalars['SafeInt']['output'];
  /** Now UNREADABLE. */
  unreadable: Scalars['SafeInt']['output'];
  /** Now CONFLICT. */
  conflict: Scalars['SafeInt']['output'];
  /** Still, or again, WAITING. */
  waiting: Scalars['SafeInt']['output'];
  /** The last one; give it as `after` to go on. Null if there was none. */
  lastEventId: Maybe<Scalars['ID']['output']>;
  /** Whether no delivery of the filter comes after the last one. */
  isComplete: Scalars['Boolean']['output'];
};

/** What a key opens. None is part of another. */
export type ApiScope =
  /** Calls, and who and what took part in them, as lists and one by one. */
  | 'CALLS'
  /** Figures, and who and what took part, by which they are grouped. */
  | 'METRICS'
  /** Phone numbers, e-mails and customers' names as they are; without it masked or hidden. */
  | 'NUMBERS'
  /** Links to recordings. */
  | 'RECORDINGS'
  /** Deliveries, as they were received. */
  | 'INBOX'
  /** Giving names to agents, campaigns, virtual numbers and customers. */
  | 'NAMES_WRITE'
  /** Reading deliveries again. A key that has it has INBOX too. */
  | 'REPLAY'
  /** Keys, accounts, settings and the log. */
  | 'ADMIN';

/** Whether a key lets anybody in. */
export type ApiKeyState =
  /** It does. */
  | 'ACTIVE'
  /** Its time is over. */
  | 'EXPIRED'
  /** It was revoked, for good. */
  | 'REVOKED';

/** Who asks: a key, the setting ADMIN_TOKEN, or everybody where no key is needed. */
export type Viewer = {
  __typename?: 'Viewer';
  /** The key's name; of those without one, what they are. */
  name: Scalars['String']['output'];
  /** What is opened to them. */
  scopes: Array<ApiScope>;
  /** Whose calls they see; null: those of all accounts, later ones too. */
  accounts: Maybe<Array<Account>>;
  /** When their key ends; null: never. */
  expiresAt: Maybe<Scalars['DateTime']['output']>;
};

/** A key of the API, without what is presented for it, which nobody knows but who holds it. */
export type ApiKey = {
  __typename?: 'ApiKey';
  /** Its own for ever: no other key can have it. */
  name: Scalars['String']['output'];
  /** Whether it lets anybody in. */
  state: ApiKeyState;
  /** What it opens. */
  scopes: Array<ApiScope>;
  /** Whose calls it shows; null: those of all accounts, later ones too. */
  accounts: Maybe<Array<Account>>;
  /** Whether only documents that the service holds may be asked with it: those of the setting DOCUMENTS_DIR, by `documentId`. */
  documentsOnly: Scalars['Boolean']['output'];
  /** What its questions may cost a minute; null: what the service allows each key. */
  budget: Maybe<Scalars['Int']['output']>;
  /** How many of its secrets are valid: two or more while it is being rotated. */
  secrets: Scalars['Int']['output'];
  /** When it was made. */
  createdAt: Scalars['DateTime']['output'];
  /** Who made it: the name of a key, or what those without one are. */
  createdBy: Scalars['String']['output'];
  /** When it ends; null: never. */
  expiresAt: Maybe<Scalars['DateTime']['output']>;
  /** When it was revoked; null: it was not. */
  revokedAt: Maybe<Scalars['DateTime']['output']>;
  /** When it was last used, some seconds late; null: never. */
  lastUsedAt: Maybe<Scalars['DateTime']['output']>;
};

/** A key, and what is presented for it: told this once, for the service keeps only its hash. */
export type IssuedApiKey = {
  __typename?: 'IssuedApiKey';
  /** The key. */
  key: ApiKey;
  /** What to send, as `Authorization: Bearer` or `X-API-Key`. */
  secret: Scalars['String']['output'];
};

/** What a key shall be: never more than the key that makes it may itself, else FORBIDDEN. */
export type ApiKeyInput = {
  /** 1 to 64 characters, without control characters, that no key ever had: also one that was revoked keeps its name. */
  name: Scalars['String']['input'];
  /** At least one. */
  scopes: Array<ApiScope>;
  /** Whose calls it shows; left out or null: those of all accounts, later ones too. Others than one's own are FORBIDDEN, as such as there are not. */
  accountIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** When it ends; left out or null: never. */
  expiresAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** Whether only documents that the service holds may be asked with it: those of the setting DOCUMENTS_DIR, by `documentId`. */
  documentsOnly: Scalars['Boolean']['input'];
  /** What its questions may cost a minute, from 1; left out or null: what the service allows each key. */
  budget?: InputMaybe<Scalars['Int']['input']>;
};

/** What kind of operation was asked. */
export type OperationType =
  /** It reads. */
  | 'QUERY'
  /** It changes. */
  | 'MUTATION'
  /** It is told of what changes. */
  | 'SUBSCRIPTION';

/** A question, or a change, and who it was of; never with a value. */
export type AccessLogEntry = {
  __typename?: 'AccessLogEntry';
  /** When it was answered, or changed. */
  at: Scalars['DateTime']['output'];
  /**
   * The name of the key. Of those without one what they are: `administrator` where no key is needed, `ADMIN_TOKEN`, `command line` for
   * a command beside the service.
   */
  viewer: Scalars['String']['output'];
  /** Of a question. Null where it could not be read, and for changes. */
  operationType: Maybe<OperationType>;
  /** As the document names it: digits that may be a number are masked, and it ends after 64 characters. Null without one. */
  operationName: Maybe<Scalars['String']['output']>;
  /** What was changed or erased, such as `name of agent given`. Null for questions. */
  change: Maybe<Scalars['String']['output']>;
  /** The id of what was changed. Null for questions, and for what has no id. */
  changedId: Maybe<Scalars['ID']['output']>;
  /** What the question could have cost: see extensions.cost. Null where it was not counted, and for changes. */
  requestedCost: Maybe<Scalars['Int']['output']>;
  /** What it cost. Null where it was not counted, and for changes. */
  actualCost: Maybe<Scalars['Int']['output']>;
  /** Rows and figures of the answer. Null for changes. */
  rows: Maybe<Scalars['Int']['output']>;
  /** Of HTTP. Null for changes. */
  status: Maybe<Scalars['Int']['output']>;
  /** Of the first error. Null where there was none. */
  code: Maybe<Scalars['String']['output']>;
  /** The request's id, as in the header `X-Request-Id` of its answer and in the lines of the log. Null for changes, and where none was noted. */
  requestId: Maybe<Scalars['String']['output']>;
};

/** A page of the access log. */
export type AccessLogConnection = {
  __typename?: 'AccessLogConnection';
  /** The page, with a cursor for each entry. */
  edges: Array<AccessLogEdge>;
  /** The page, without cursors. */
  nodes: Array<AccessLogEntry>;
  /** Where the page stands. */
  pageInfo: PageInfo;
  /** How many entries fit the filter, over all pages. Counted only if asked for, and no further than 10,000. */
  totalCount: Maybe<Scalars['SafeInt']['output']>;
  /** Whether totalCount is the whole count (true) or was stopped at 10,000 (false: there are more). */
  totalCountIsExact: Maybe<Scalars['Boolean']['output']>;
};

/** An entry of the access log in a page. */
export type AccessLogEdge = {
  __typename?: 'AccessLogEdge';
  /** Opaque; belongs to this filter. */
  cursor: Scalars['String']['output'];
  /** The entry. */
  node: AccessLogEntry;
};

/** Conditions on entries of the access log; all that are given must hold. */
export type AccessLogFilter = {
  /** By when it was answered, or changed. */
  at?: InputMaybe<DateTimeFilter>;
  /** By the name of the key. */
  viewer?: InputMaybe<StringFilter>;
  /** By the operation's name, as it is kept. */
  operationName?: InputMaybe<StringFilter>;
  /** By the code of the first error. */
  code?: InputMaybe<StringFilter>;
  /** By the request's id. */
  requestId?: InputMaybe<StringFilter>;
  /** true: changes; false: questions. */
  isChange?: InputMaybe<Scalars['Boolean']['input']>;
};

/**
 * Pages are Relay connections over a keyset of (sort key, id): stable while calls arrive, equal forwards and backwards. A
 * cursor is encrypted, and belongs to its order, its filter and what its reader may see; another list, and whoever sees something
 * else, has it refused.
 */
export type Query = {
  __typename?: 'Query';
  /** Anything by its id; null if it names nothing. */
  node: Maybe<Node>;
  /** Several things by their ids, in that order; null where an id names nothing. */
  nodes: Array<Maybe<Node>>;
  /** A call by its id, also by that of one that has become part of it; null if it names none. */
  call: Maybe<Call>;
  /** A call by the provider's id; null if there is none. */
  callBySid: Maybe<Call>;
  /**
   * A list of calls. TOO_EXPENSIVE where nothing leads to the calls that fit in this order and looking for them takes longer
   * than the setting LIST_TIMEOUT_SECONDS; the message says what narrows it.
   */
  calls: Maybe<CallConnection>;
  /** The calls that are running now, the latest start first. */
  liveCalls: Maybe<CallConnection>;
  /**
   * The live board: who rings, waits and talks now, and the figures of the last hour, in all and by account, call group, virtual
   * number or agent.
   */
  liveBoard: Maybe<LiveBoard>;
  /** The server's clock when the operation began: what waits and ranges until now are counted to. */
  serverTime: Scalars['DateTime']['output'];
  /**
   * Calls that are no more, the first to end first: for copies of the calls, which must remove them. As with `updatedAt`, ask
   * again from 60 seconds before the newest that you have seen.
   */
  endedCalls: Maybe<EndedCallConnection>;
  /** An account by its id; null if it names none. */
  account: Maybe<Account>;
  /** All accounts, by name. */
  accounts: Maybe<Array<Account>>;
  /** An agent by its id; null if it names none. */
  agent: Maybe<Agent>;
  /** A list of agents. */
  agents: Maybe<AgentConnection>;
  /** A campaign by its id; null if it names none. */
  campaign: Maybe<Campaign>;
  /** A list of campaigns. */
  campaigns: Maybe<CampaignConnection>;
  /** A call group by its id; null if it names none. */
  callGroup: Maybe<CallGroup>;
  /** A list of call groups. */
  callGroups: Maybe<CallGroupConnection>;
  /** A virtual number by its id; null if it names none. */
  virtualNumber: Maybe<VirtualNumber>;
  /** A list of virtual numbers. */
  virtualNumbers: Maybe<VirtualNumberConnection>;
  /** A customer by its id; null if it names none. */
  customer: Maybe<Customer>;
  /** A customer by number; null if there is none. FORBIDDEN without the scope `numbers`. */
  customerByNumber: Maybe<Customer>;
  /** A list of customers. */
  customers: Maybe<CustomerConnection>;
  /** Figures over the calls of a filter that started in a range. All figures of an operation come from one snapshot. */
  callMetrics: Maybe<CallMetricsReport>;
  /** The inbox: deliveries as they were received, the newest first. Only for administrators; else FORBIDDEN. */
  webhookEvents: Maybe<WebhookEventConnection>;
  /** Whether deliveries arrive and are understood. Only for administrators; else FORBIDDEN. */
  webhookHealth: Maybe<WebhookHealth>;
  /** Who asks, and what is opened to them. */
  viewer: Viewer;
  /** All keys, revoked and expired ones too, by name: those whose accounts all lie in the asker's own. */
  apiKeys: Maybe<Array<ApiKey>>;
  /**
   * Who asked and changed what, the newest first, within a second: of keys all of whose accounts are the asking key's. Only for
   * the scope admin; else FORBIDDEN.
   */
  accessLog: Maybe<AccessLogConnection>;
  /**
   * How many questions this instance could not keep in the access log since it started, of those that would be seen there. Only for
   * administrators; else FORBIDDEN.
   */
  accessLogLost: Maybe<Scalars['SafeInt']['output']>;
};


/**
 * Pages are Relay connections over a keyset of (sort key, id): stable while calls arrive, equal forwards and backwards. A
 * cursor is encrypted, and belongs to its order, its filter and what its reader may see; another list, and whoever sees something
 * else, has it refused.
 */
export type QueryNodeArgs = {
  id: Scalars['ID']['input'];
};


/**
 * Pages are Relay connections over a keyset of (sort key, id): stable while calls arrive, equal forwards and backwards. A
 * cursor is encrypted, and belongs to its order, its filter and what its reader may see; another list, and whoever sees something
 * else, has it refused.
 */
export type QueryNodesArgs = {
  ids: Array<Scalars['ID']['input']>;
};


/**
 * Pages are Relay connections over a keyset of (sort key, id): stable while calls arrive, equal forwards and backwards. A
 * cursor is encrypted, and belongs to its order, its filter and what its reader may see; another list, and whoever sees something
 * else, has it refused.
 */
export type QueryCallArgs = {
  id: Scalars['ID']['input'];
};


/**
 * Pages are Relay connections over a keyset of (sort key, id): stable while calls arrive, equal forwards and backwards. A
 * cursor is encrypted, and belongs to its order, its filter and what its reader may see; another list, and whoever sees something
 * else, has it refused.
 */
export type QueryCallBySidArgs = {
  callSid: Scalars['String']['input'];
  accountId: InputMaybe<Scalars['ID']['input']>;
};


/**
 * Pages are Relay connections over a keyset of (sort key, id): stable while calls arrive, equal forwards and backwards. A
 * cursor is encrypted, and belongs to its order, its filter and what its reader may see; another list, and whoever sees something
 * else, has it refused.
 */
export type QueryCallsArgs = {
  filter: InputMaybe<CallFilter>;
  range: InputMaybe<TimeRangeInput>;
  timeZone: InputMaybe<Scalars['TimeZone']['input']>;
  weekStartsOn?: Scalars['Int']['input'];
  orderBy: InputMaybe<CallOrder>;
  first: InputMaybe<Scalars['Int']['input']>;
  after: InputMaybe<Scalars['String']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
};


/**
 * Pages are Relay connections over a keyset of (sort key, id): stable while calls arrive, equal forwards and backwards. A
 * cursor is encrypted, and belongs to its order, its filter and what its reader may see; another list, and whoever sees something
 * else, has it refused.
 */
export type QueryLiveCallsArgs = {
  filter: InputMaybe<CallFilter>;
  first: InputMaybe<Scalars['Int']['input']>;
  after: InputMaybe<Scalars['String']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
};


/**
 * Pages are Relay connections over a keyset of (sort key, id): stable while calls arrive, equal forwards and backwards. A
 * cursor is encrypted, and belongs to its order, its filter and what its reader may see; another list, and whoever sees something
 * else, has it refused.
 */
export type QueryLiveBoardArgs = {
  filter: InputMaybe<CallFilter>;
};


/**
 * Pages are Relay connections over a keyset of (sort key, id): stable while calls arrive, equal forwards and backwards. A
 * cursor is encrypted, and belongs to its order, its filter and what its reader may see; another list, and whoever sees something
 * else, has it refused.
 */
export type QueryEndedCallsArgs = {
  since: Scalars['DateTime']['input'];
  first: InputMaybe<Scalars['Int']['input']>;
  after: InputMaybe<Scalars['String']['input']>;
};


/**
 * Pages are Relay connections over a keyset of (sort key, id): stable while calls arrive, equal forwards and backwards. A
 * cursor is encrypted, and belongs to its order, its filter and what its reader may see; another list, and whoever sees something
 * else, has it refused.
 */
export type QueryAccountArgs = {
  id: Scalars['ID']['input'];
};


/**
 * Pages are Relay connections over a keyset of (sort key, id): stable while calls arrive, equal forwards and backwards. A
 * cursor is encrypted, and belongs to its order, its filter and what its reader may see; another list, and whoever sees something
 * else, has it refused.
 */
export type QueryAgentArgs = {
  id: Scalars['ID']['input'];
};


/**
 * Pages are Relay connections over a keyset of (sort key, id): stable while calls arrive, equal forwards and backwards. A
 * cursor is encrypted, and belongs to its order, its filter and what its reader may see; another list, and whoever sees something
 * else, has it refused.
 */
export type QueryAgentsArgs = {
  filter: InputMaybe<AgentFilter>;
  orderBy: InputMaybe<EntityOrder>;
  first: InputMaybe<Scalars['Int']['input']>;
  after: InputMaybe<Scalars['String']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
};


/**
 * Pages are Relay connections over a keyset of (sort key, id): stable while calls arrive, equal forwards and backwards. A
 * cursor is encrypted, and belongs to its order, its filter and what its reader may see; another list, and whoever sees something
 * else, has it refused.
 */
export type QueryCampaignArgs = {
  id: Scalars['ID']['input'];
};


/**
 * Pages are Relay connections over a keyset of (sort key, id): stable while calls arrive, equal forwards and backwards. A
 * cursor is encrypted, and belongs to its order, its filter and what its reader may see; another list, and whoever sees something
 * else, has it refused.
 */
export type QueryCampaignsArgs = {
  filter: InputMaybe<CampaignFilter>;
  orderBy: InputMaybe<EntityOrder>;
  first: InputMaybe<Scalars['Int']['input']>;
  after: InputMaybe<Scalars['String']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
};


/**
 * Pages are Relay connections over a keyset of (sort key, id): stable while calls arrive, equal forwards and backwards. A
 * cursor is encrypted, and belongs to its order, its filter and what its reader may see; another list, and whoever sees something
 * else, has it refused.
 */
export type QueryCallGroupArgs = {
  id: Scalars['ID']['input'];
};


/**
 * Pages are Relay connections over a keyset of (sort key, id): stable while calls arrive, equal forwards and backwards. A
 * cursor is encrypted, and belongs to its order, its filter and what its reader may see; another list, and whoever sees something
 * else, has it refused.
 */
export type QueryCallGroupsArgs = {
  filter: InputMaybe<CallGroupFilter>;
  orderBy: InputMaybe<EntityOrder>;
  first: InputMaybe<Scalars['Int']['input']>;
  after: InputMaybe<Scalars['String']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
};


/**
 * Pages are Relay connections over a keyset of (sort key, id): stable while calls arrive, equal forwards and backwards. A
 * cursor is encrypted, and belongs to its order, its filter and what its reader may see; another list, and whoever sees something
 * else, has it refused.
 */
export type QueryVirtualNumberArgs = {
  id: Scalars['ID']['input'];
};


/**
 * Pages are Relay connections over a keyset of (sort key, id): stable while calls arrive, equal forwards and backwards. A
 * cursor is encrypted, and belongs to its order, its filter and what its reader may see; another list, and whoever sees something
 * else, has it refused.
 */
export type QueryVirtualNumbersArgs = {
  filter: InputMaybe<VirtualNumberFilter>;
  orderBy: InputMaybe<EntityOrder>;
  first: InputMaybe<Scalars['Int']['input']>;
  after: InputMaybe<Scalars['String']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
};


/**
 * Pages are Relay connections over a keyset of (sort key, id): stable while calls arrive, equal forwards and backwards. A
 * cursor is encrypted, and belongs to its order, its filter and what its reader may see; another list, and whoever sees something
 * else, has it refused.
 */
export type QueryCustomerArgs = {
  id: Scalars['ID']['input'];
};


/**
 * Pages are Relay connections over a keyset of (sort key, id): stable while calls arrive, equal forwards and backwards. A
 * cursor is encrypted, and belongs to its order, its filter and what its reader may see; another list, and whoever sees something
 * else, has it refused.
 */
export type QueryCustomerByNumberArgs = {
  number: Scalars['PhoneNumber']['input'];
  accountId: InputMaybe<Scalars['ID']['input']>;
};


/**
 * Pages are Relay connections over a keyset of (sort key, id): stable while calls arrive, equal forwards and backwards. A
 * cursor is encrypted, and belongs to its order, its filter and what its reader may see; another list, and whoever sees something
 * else, has it refused.
 */
export type QueryCustomersArgs = {
  filter: InputMaybe<CustomerFilter>;
  orderBy: InputMaybe<EntityOrder>;
  first: InputMaybe<Scalars['Int']['input']>;
  after: InputMaybe<Scalars['String']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
};


/**
 * Pages are Relay connections over a keyset of (sort key, id): stable while calls arrive, equal forwards and backwards. A
 * cursor is encrypted, and belongs to its order, its filter and what its reader may see; another list, and whoever sees something
 * else, has it refused.
 */
export type QueryCallMetricsArgs = {
  range: TimeRangeInput;
  filter: InputMaybe<CallFilter>;
  timeZone: InputMaybe<Scalars['TimeZone']['input']>;
  weekStartsOn?: Scalars['Int']['input'];
};


/**
 * Pages are Relay connections over a keyset of (sort key, id): stable while calls arrive, equal forwards and backwards. A
 * cursor is encrypted, and belongs to its order, its filter and what its reader may see; another list, and whoever sees something
 * else, has it refused.
 */
export type QueryWebhookEventsArgs = {
  filter: InputMaybe<WebhookEventFilter>;
  first: InputMaybe<Scalars['Int']['input']>;
  after: InputMaybe<Scalars['String']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
};


/**
 * Pages are Relay connections over a keyset of (sort key, id): stable while calls arrive, equal forwards and backwards. A
 * cursor is encrypted, and belongs to its order, its filter and what its reader may see; another list, and whoever sees something
 * else, has it refused.
 */
export type QueryWebhookHealthArgs = {
  accountId: InputMaybe<Scalars['ID']['input']>;
};


/**
 * Pages are Relay connections over a keyset of (sort key, id): stable while calls arrive, equal forwards and backwards. A
 * cursor is encrypted, and belongs to its order, its filter and what its reader may see; another list, and whoever sees something
 * else, has it refused.
 */
export type QueryAccessLogArgs = {
  filter: InputMaybe<AccessLogFilter>;
  first: InputMaybe<Scalars['Int']['input']>;
  after: InputMaybe<Scalars['String']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
};

/**
 * Changes. Names need a key with the scope names:write, replays one with replay, keys one with admin; else FORBIDDEN. Several in
 * one operation run one after another, and each answers with what is there after it.
 */
export type Mutation = {
  __typename?: 'Mutation';
  /**
   * Gives an agent a name, which is then shown in place of the one that the provider sends, until it is set to null.
   * NOT_FOUND if the id names no agent.
   */
  updateAgent: Agent;
  /** Gives a campaign a name, until it is set to null; the provider sends none. NOT_FOUND if the id names no campaign. */
  updateCampaign: Campaign;
  /**
   * Gives a virtual number a name, until it is set to null; the provider sends none. NOT_FOUND if the id names no virtual
   * number.
   */
  updateVirtualNumber: VirtualNumber;
  /** Gives a customer a name, until it is set to null; the provider sends none. NOT_FOUND if the id names no customer. */
  updateCustomer: Customer;
  /**
   * Reads kept deliveries again by today's rules and settings, in order of arrival, and writes every call that they tell of
   * anew, from all its kept deliveries: as if today's rules had always been in force. What does not change is not touched.
   * Safe beside live traffic, and to repeat. It goes on with after: the lastEventId of the answer before.
   */
  replayWebhookEvents: ReplayResult;
  /** Makes a key. FORBIDDEN where it would open more than the key that asks. */
  createApiKey: IssuedApiKey;
  /**
   * Makes another secret of a key; those there are stay valid until they are revoked. FORBIDDEN where the key may more than the one
   * that asks, NOT_FOUND where it is none of the asker's.
   */
  rotateApiKey: IssuedApiKey;
  /** Ends a key for good, everywhere within 3 seconds. NOT_FOUND where it is none of the asker's. The same again changes nothing. */
  revokeApiKey: ApiKey;
};


/**
 * Changes. Names need a key with the scope names:write, replays one with replay, keys one with admin; else FORBIDDEN. Several in
 * one operation run one after another, and each answers with what is there after it.
 */
export type MutationUpdateAgentArgs = {
  id: Scalars['ID']['input'];
  name: InputMaybe<Scalars['String']['input']>;
};


/**
 * Changes. Names need a key with the scope names:write, replays one with replay, keys one with admin; else FORBIDDEN. Several in
 * one operation run one after another, and each answers with what is there after it.
 */
export type MutationUpdateCampaignArgs = {
  id: Scalars['ID']['input'];
  name: InputMaybe<Scalars['String']['input']>;
};


/**
 * Changes. Names need a key with the scope names:write, replays one with replay, keys one with admin; else FORBIDDEN. Several in
 * one operation run one after another, and each answers with what is there after it.
 */
export type MutationUpdateVirtualNumberArgs = {
  id: Scalars['ID']['input'];
  name: InputMaybe<Scalars['String']['input']>;
};


/**
 * Changes. Names need a key with the scope names:write, replays one with replay, keys one with admin; else FORBIDDEN. Several in
 * one operation run one after another, and each answers with what is there after it.
 */
export type MutationUpdateCustomerArgs = {
  id: Scalars['ID']['input'];
  name: InputMaybe<Scalars['String']['input']>;
};


/**
 * Changes. Names need a key with the scope names:write, replays one with replay, keys one with admin; else FORBIDDEN. Several in
 * one operation run one after another, and each answers with what is there after it.
 */
export type MutationReplayWebhookEventsArgs = {
  filter: WebhookEventFilter;
  after: InputMaybe<Scalars['ID']['input']>;
  first?: Scalars['Int']['input'];
  dryRun?: Scalars['Boolean']['input'];
};


/**
 * Changes. Names need a key with the scope names:write, replays one with replay, keys one with admin; else FORBIDDEN. Several in
 * one operation run one after another, and each answers with what is there after it.
 */
export type MutationCreateApiKeyArgs = {
  input: ApiKeyInput;
};


/**
 * Changes. Names need a key with the scope names:write, replays one with replay, keys one with admin; else FORBIDDEN. Several in
 * one operation run one after another, and each answers with what is there after it.
 */
export type MutationRotateApiKeyArgs = {
  name: Scalars['String']['input'];
};


/**
 * Changes. Names need a key with the scope names:write, replays one with replay, keys one with admin; else FORBIDDEN. Several in
 * one operation run one after another, and each answers with what is there after it.
 */
export type MutationRevokeApiKeyArgs = {
  name: Scalars['String']['input'];
  olderOnly?: Scalars['Boolean']['input'];
};

/** What is told of as it happens: over WebSocket and as server-sent events, one root field for each subscription (docs/live.md). */
export type Subscription = {
  __typename?: 'Subscription';
  /**
   * A call, each time that it has changed and fits the filter, as it is then. Of changes that follow each other at once the last is
   * told. The token of each is in `extensions.token`: see callEvents.
   */
  callChanged: Call;
  /**
   * The calls that are running now, the latest start first: all of them at once, and again when they have changed, at most once a
   * second. TOO_EXPENSIVE where more than 500 are.
   */
  liveCalls: Array<Call>;
  /** What becomes of calls: whoever keeps a copy of those that fit a filter keeps it equal by these. */
  callEvents: CallEvent;
  /**
   * Figures, as Query.callMetrics tells them: at once, and again when they have changed, at most once a second. A range such as `last`
   * moves on; then they may be told up to ten seconds late where no call has changed. Whatever is asked for counts as a change: with
   * `from`, `to` or `dataThrough` of such a range nearly every answer is a new one.
   */
  callMetrics: Maybe<CallMetricsReport>;
  /**
   * The live board, as Query.liveBoard tells it: at once, and again when its calls have changed, at most once a second. Without a change it
   * is told anew after five seconds at the latest where a figure has grown by itself: count seconds from `longestWaitSince`.
   */
  liveBoard: Maybe<LiveBoard>;
};


/** What is told of as it happens: over WebSocket and as server-sent events, one root field for each subscription (docs/live.md). */
export type SubscriptionCallChangedArgs = {
  filter: InputMaybe<CallFilter>;
};


/** What is told of as it happens: over WebSocket and as server-sent events, one root field for each subscription (docs/live.md). */
export type SubscriptionLiveCallsArgs = {
  filter: InputMaybe<CallFilter>;
};


/** What is told of as it happens: over WebSocket and as server-sent events, one root field for each subscription (docs/live.md). */
export type SubscriptionCallEventsArgs = {
  filter: InputMaybe<CallFilter>;
  since: InputMaybe<Scalars['String']['input']>;
};


/** What is told of as it happens: over WebSocket and as server-sent events, one root field for each subscription (docs/live.md). */
export type SubscriptionCallMetricsArgs = {
  range: TimeRangeInput;
  filter: InputMaybe<CallFilter>;
  timeZone: InputMaybe<Scalars['TimeZone']['input']>;
  weekStartsOn?: Scalars['Int']['input'];
};


/** What is told of as it happens: over WebSocket and as server-sent events, one root field for each subscription (docs/live.md). */
export type SubscriptionLiveBoardArgs = {
  filter: InputMaybe<CallFilter>;
};

/** What a change of a call is for a filter. */
export type CallEventKind =
  /** It fits: it is new, or has changed. */
  | 'MATCHES'
  /** It has changed, and fits no more; of a call that did not fit before it is told after a cut alone. */
  | 'LEFT'
  /** It is no more: merged into another one, or deleted for its age. */
  | 'ENDED';

/** A change of a call. */
export type CallEvent = {
  __typename?: 'CallEvent';
  /** Give it as `since` to go on from here. It tells nothing, and is for this viewer alone. */
  token: Scalars['String']['output'];
  /** What the change is for the filter. */
  kind: CallEventKind;
  /** The id of the call. */
  callId: Scalars['ID']['output'];
  /** The call as it is now; null where it is no more. */
  call: Maybe<Call>;
};
