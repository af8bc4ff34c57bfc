import type { Account } from '../accounts/account.table.ts';
import type { CallFacts, StatusReading } from '../calls/facts/call-facts.ts';
import type { EventForm, EventKind, WebhookEvent } from '../inbox/webhook-event.table.ts';
import type { NumberFinder } from '../phone-numbers/number-finder.ts';
import type { Instant } from '../time/instant.ts';

/**
 * A telephony provider: how it tells of calls, in its own words and forms. It makes values of values, and knows neither the
 * database nor HTTP. docs/providers.md says how to add one.
 */
export type Provider = {
  /** As accounts and kept deliveries name it, and as its addresses begin: small letters and digits. It never changes. */
  name: string;
  /** As people call it. */
  title: string;
  webhook: Webhook;
  /** Reads what was sent, as a webhook delivery or as a row of a file. It never throws, whatever was sent. */
  read: (sent: SentDelivery, context: ReadingContext) => Reading;
  /** What the status words of a call mean; it is asked anew each time a call is derived. */
  readStatus: (words: StatusWords) => StatusReading;
  /** The start that the id of a call tells; null where it tells none. */
  readIdTime: (callSid: string) => Instant | null;
  /** What was sent, as a JSON value. */
  showPayload: (sent: SentDelivery) => unknown;
  /**
   * A kept delivery without a person: readable still, and read as the same call. Null where nothing of it is theirs.
   * `isTheirCall`: it tells of a call of that person, who may be anywhere in it.
   */
  erase: (kept: KeptPayload, finder: NumberFinder, isTheirCall: boolean) => ErasedPayload | null;
  columns: Columns;
  /** Absent: it has no list of calls that can be fetched. */
  callList?: CallList;
  /** Settings that only its accounts have. */
  settings: readonly AccountSetting[];
};

/** Where an account's deliveries come, below the address of the service. */
export function webhookPath({ name }: Pick<Provider, 'name'>, secret: string): string {
  return `/webhooks/${name}/${secret}`;
}

/** What tells of a call. */
export type CallEventKind = Exclude<EventKind, 'OTHER'>;

/** Where and how a provider's deliveries come. */
export type Webhook = {
  /** What may follow `/webhooks/<name>/<secret>`, and what a delivery at that address is; null: it says so itself. */
  addresses: Readonly<Record<string, CallEventKind | null>>;
  /** Whether the query string of a GET is the delivery, whatever its body holds. */
  isInQuery: (query: string) => boolean;
  /** What the sender is told of a body that is kept, but can be read as nothing that a delivery is. */
  notReadable: string;
  /** A first call to try it with. */
  sample: { contentType: string; body: string };
};

/** The forms in which a webhook delivery comes: a JSON text, keys and values in a body, or a query string. */
export type DeliveryForm = Extract<EventForm, 'JSON' | 'FORM' | 'QUERY'>;

/** The forms of what no webhook brought: rows of a file, or of the provider's call list. */
export type ImportForm = Exclude<EventForm, DeliveryForm>;

/** A delivery as received: the body or the raw query string. A row of a file comes as a JSON object. */
export type SentDelivery = {
  /** What the door takes it for: JSON stands for any body. What it is, the provider says. */
  form: DeliveryForm;
  body: Buffer;
  contentType: string | null;
  importedAs?: ImportForm;
};

export type ReadingContext = {
  /** What its address says it is. */
  urlKind: CallEventKind | null;
  account: Pick<Account, 'timeZone' | 'region' | 'outgoingAgentLeg' | 'settings'>;
  receivedAt: Instant;
};

/** What one delivery means: facts of a call, nothing of a call, or what was wrong with it. */
export type Meaning =
  | { kind: CallEventKind; facts: CallFacts; notUnderstood: string[] }
  | { kind: EventKind; ignored: string }
  | { kind: EventKind; unreadable: string; callSid: string | null };

/** What a delivery was read as. Status 400: it can be read as nothing that a delivery is, and its sender is told so. */
export type Reading = {
  form: DeliveryForm;
  /** Deliveries that came in one list: each is read by itself where it arrives. */
  together?: { items: readonly SentDelivery[]; kind: CallEventKind | null };
} & (
  | {
      meaning: Meaning;
      /** 16 bytes that tell identical deliveries, by rules that must not change: they are compared with those kept. */
      contentHash: Buffer;
    }
  | { unreadable: string; status: 200 | 400 }
);

export type StatusWords = Pick<CallFacts, 'kind' | 'direction' | 'sentStatus' | 'sentCallStatus' | 'sentHangupCause'>;

/** A kept delivery, as far as it can hold somebody. */
export type KeptPayload = Pick<WebhookEvent, 'body' | 'contentType' | 'form' | 'kind' | 'state'>;

/** What is kept in its place. */
export type ErasedPayload = { body: Buffer; contentType: string | null };

/** What the columns of files are called. */
export type Columns = {
  /** The fields that a column can be read as, in the provider's spelling. */
  names: readonly string[];
  /** Of these the one that holds the id of a call. */
  id: string;
  /** All columns that may hold it, in words: "CallSid, or sid_id". */
  idWords: string;
  /** A name without regard to what does not count in it. */
  fold: (name: string) => string;
  isField: (name: string) => boolean;
  isId: (name: string) => boolean;
  /** Whether it holds moments, which a spreadsheet may write as numbers. */
  isTime: (name: string) => boolean;
  /** Whether columns of these names can tell of calls. */
  tellOfCalls: (names: readonly string[]) => boolean;
};

/** A list of past calls that can be fetched, a page of a day at a time, whose rows are read as those of files are. */
export type CallList = {
  /** What is asked below the address of its API. */
  path: string;
  form: (question: CallListQuestion) => URLSearchParams;
  /** What a page's answer says: that it has rows, that there are none (any more), or why not. Null if it is no answer. */
  readAnswer: (text: string) => 'ROWS' | 'END' | { refusal: string } | null;
};

export type CallListQuestion = {
  authcode: string;
  /** A day of the account's calendar, as yyyy-mm-dd. */
  day: string;
  /** The first is 1. */
  page: number;
};

/** What an account has because of its provider. */
export type ProviderSettings = Pick<Account, 'outgoingAgentLeg' | 'settings'>;

/** A setting that only accounts of a provider have: an option of the account command. */
export type AccountSetting = {
  /** Without its dashes: `outgoing-agent`. */
  option: string;
  /** What follows it, as a usage shows that: `LEG_A|LEG_B`. */
  shown: string;
  /** The same in words: "LEG_A or LEG_B". */
  allowed: string;
  /** What is stored of what was typed; null where that is not allowed. */
  read: (text: string) => Partial<ProviderSettings> | null;
  /** What an account has. */
  tell: (account: ProviderSettings) => string;
};
