import type { Account } from '../accounts/account.table.ts';
import type { ReadStatus } from '../calls/facts/call-facts.ts';
import type { Instant } from '../time/instant.ts';
import type { Provider } from './provider.ts';

/** The providers that are known, by name. */
export class Providers {
  readonly #byName: ReadonlyMap<string, Provider>;

  constructor(all: readonly [Provider, ...Provider[]]) {
    this.#byName = new Map(all.map((provider) => [provider.name, provider]));
  }

  get all(): readonly Provider[] {
    return [...this.#byName.values()];
  }

  /** That of accounts of which nothing else is said: the first. */
  get usual(): Provider {
    return this.all[0] as Provider;
  }

  get names(): readonly string[] {
    return [...this.#byName.keys()];
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /** The provider that an account or a kept delivery names. Throws where this version does not know it. */
  get(name: string): Provider {
    const provider = this.#byName.get(name);
    if (!provider) throw new Error(`there is no provider ${name}; known are ${this.names.join(', ')}`);
    return provider;
  }
}

/** How words and ids of calls are read. */
export type CallReader = { readStatus: ReadStatus; readIdTime: (callSid: string) => Instant | null };

/**
 * Reads calls by the provider whose deliveries tell of them, and those of which no delivery is there by the account's. An
 * account may have had another one when what is kept came.
 */
export function callReader(
  providers: Providers,
  account: Pick<Account, 'provider'>,
  told: Iterable<{ provider: string; callSid?: string | null | undefined }>,
): CallReader {
  const own = providers.get(account.provider);
  const others = new Map<string, Provider>();
  for (const { provider, callSid } of told) {
    if (provider !== own.name && callSid != null) others.set(callSid, providers.get(provider));
  }
  if (others.size === 0) return own;
  const of = (callSid: string) => others.get(callSid) ?? own;
  return {
    readStatus: (facts) => of(facts.callSid).readStatus(facts),
    readIdTime: (callSid) => of(callSid).readIdTime(callSid),
  };
}
