import type { Account } from '../../accounts/account.table.ts';
import type { BiRole } from '../../bi/bi-roles.ts';

const titles = ['ROLE', 'STATE', 'ACCOUNTS', 'NUMBERS', 'CONNECTIONS', 'MADE'];

/** The roles as a table, a line each. */
export function roleTable(roles: readonly BiRole[], accounts: readonly Account[]): string {
  if (roles.length === 0) {
    return 'There are no BI roles: npm run --silent bi-role -- create --account NAME makes one.';
  }
  const nameOf = new Map(accounts.map(({ id, name }) => [id, name]));
  const lines = roles.map((role) => [
    role.name,
    role.isThere ? 'there' : 'statements not run',
    role.accountIds.map((id) => nameOf.get(id) ?? String(id)).join(', '),
    role.seesNumbers ? 'yes' : 'no',
    String(role.connections),
    `${role.createdAt.slice(0, 16).replace('T', ' ')}Z`,
  ]);
  const widths = titles.map((title, at) => Math.max(title.length, ...lines.map((line) => line[at]?.length ?? 0)));
  const written = (line: readonly string[]) => line.map((text, at) => text.padEnd(widths[at] ?? 0)).join('  ');
  return [titles, ...lines].map((line) => written(line).trimEnd()).join('\n');
}
