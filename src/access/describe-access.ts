import type { KeysMade } from './keys/key-ring.ts';
import { type AccessSettings, settingThatNeedsKeys } from './who-asks.ts';

export type Access = {
  isOpen: boolean;
  /** For whom the service is, and why. */
  line: string;
  /** What whoever started it should know, and may not have meant. */
  warning: string | null;
};

const howToMake = 'npm run --silent key -- create --name NAME --scopes calls,metrics';

/** Says whether requests need a key, and why, as it is at the start. */
export function describeAccess(settings: AccessSettings, isMade: KeysMade): Access {
  if (settings.isOpen) {
    return {
      isOpen: true,
      line: 'no key is needed, by the setting ACCESS=open',
      warning: 'everybody who reaches this service reads and changes everything, without a key, since ACCESS is open',
    };
  }
  const needed = settingThatNeedsKeys(settings) ?? (isMade ? 'key' : null);
  if (needed === null) {
    const line =
      isMade === null
        ? 'not known until the database can be asked whether there is a key; until then nobody'
        : `everybody on this machine, until there is a first key: ${howToMake}`;
    return { isOpen: isMade === false, line, warning: null };
  }
  const hasNone = isMade === false && needed === 'HOST';
  return {
    isOpen: false,
    line: `with a key alone, since ${whyOf[needed]}`,
    warning: hasNone ? `there is no key yet, so nobody can ask anything. Make one: ${howToMake}` : null,
  };
}

const whyOf = {
  ADMIN_TOKEN: 'ADMIN_TOKEN is set',
  HOST: 'HOST is no loopback address',
  key: 'one was made',
};
