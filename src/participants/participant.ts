import type { Instant } from '../time/instant.ts';
import type { ParticipantKey } from './participant-kinds.ts';

/** A row of a participant, as it is and as it will be. */
export type Participant = {
  /** Null: there is none yet. */
  id: number | null;
  key: string;
  /** As sent last. */
  name: string | null;
  /** Given here: what is shown in its place. */
  givenName: string | null;
  email: string | null;
  firstCallAt: Instant | null;
  lastCallAt: Instant | null;
  isChanged: boolean;
  /** Whether an agent's name or e-mail address has changed, and not the times of calls alone, as mostly. */
  isRenamed: boolean;
};

/** By what somebody or something is known; left out and null: nothing was sent. */
export type ParticipantKeys = Readonly<Partial<Record<ParticipantKey, string | null>>>;
