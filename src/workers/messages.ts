import type { Viewer } from '../access/viewer.ts';
import type { Chunk } from '../exports/column.ts';
import type { LivePart } from '../graphql/live/subscriptions.ts';
import type { Answer } from '../graphql/server/answers.ts';
import type { ThreadFigures } from '../telemetry/thread-figures.ts';
import type { stopMessage } from './supervise-thread.ts';

/** What an answer begins with. */
export type Head = Omit<Answer, 'text'>;

/** A part of an answer: a text, rows that are written already, or one answer of a subscription. */
export type Part = string | Chunk | LivePart;

/** An answer as it comes: its head, then part after part. One that is there as a whole is one part. */
export type Reply = Head & { parts: AsyncIterable<Part> | readonly [string] };

/** So many parts of an answer may be on their way, or with their reader; no more are made meanwhile. */
export const windowSize = 8;
/** And no more once they have so many bytes together: a part may be as large as an answer. */
export const windowBytes = 4 * 1024 * 1024;

/** About how much memory a part takes. */
export function bytesOf(part: Part): number {
  if (typeof part === 'string') return part.length;
  return 'bytes' in part ? part.bytes.length : part.result.length;
}

export type ToWorker<Request> =
  /** `isRepeated`: whether to tell if equal requests share its answer. */
  | { start: number; request: Request; viewer: Viewer; isRepeated: boolean }
  /** The reader is done with one more part. */
  | { acknowledge: number }
  | { cancel: number }
  | { check: number }
  | { measure: number }
  | typeof stopMessage;

/** What comes of a request: a head, parts, and an end, in one message or several; or that it failed. */
export type Heard =
  | { number: number; head?: Head; parts?: readonly Part[]; isEnd?: true }
  | { number: number; hasFailed: true };

export type FromWorker =
  /** It can be asked. */
  | 'ready'
  | Heard
  | { number: number; isShared: boolean }
  | { check: number; reasons: readonly string[] }
  | { measure: number; figures: ThreadFigures | null };
