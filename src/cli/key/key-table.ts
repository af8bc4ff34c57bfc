import { type ApiKey, stateOf } from '../../access/keys/api-key.ts';
import type { Account } from '../../accounts/account.table.ts';
import type { Instant } from '../../time/instant.ts';

const titles = ['NAME', 'STATE', 'SCOPES', 'ACCOUNTS', 'EXPIRES', 'LAST USE', 'SECRETS', 'MADE', 'BY'];

/** The keys as a table, a line each. */
export function keyTable(keys: readonly ApiKey[], accounts: readonly Account[], now: Instant): string {
  if (keys.length === 0) {
    return 'There are no keys: npm run --silent key -- create --name NAME --scopes calls,metrics makes one.';
  }
  const nameOf = new Map(accounts.map(({ id, name }) => [id, name]));
  const lines = keys.map((key) => [
    key.name,
    stateOf(key, now).toLowerCase(),
    key.scopes.join(',') + (key.documentsOnly ? ' (documents only)' : ''),
    key.accountIds?.map((id) => nameOf.get(id) ?? id).join(', ') ?? 'all',
    toTheMinute(key.expiresAt),
    toTheMinute(key.lastUsedAt),
    String(key.secrets),
    toTheMinute(key.createdAt),
    key.createdBy,
  ]);
  const widths = titles.map((title, at) => Math.max(title.length, ...lines.map((line) => line[at]?.length ?? 0)));
  return [titles, ...lines]
    .map((line) =>
      line
        .map((text, at) => text.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function toTheMinute(instant: Instant | null): string {
  return instant === null ? 'never' : `${instant.slice(0, 16).replace('T', ' ')}Z`;
}
