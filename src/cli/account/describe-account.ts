import type { Account } from '../../accounts/account.table.ts';
import { defaultAccountName } from '../../accounts/accounts.ts';
import type { ZoneFinding } from '../../inbox/check-recent-zones.ts';
import type { Provider } from '../../providers/provider.ts';
import { tellSettings } from './provider-settings.ts';

/** The lines about one account in the list. */
export function describeAccount(
  account: Account,
  { provider, secrets, zone }: { provider: Provider; secrets: number; zone: ZoneFinding },
): string {
  const { name, timeZone, region, createdAt, isDemo } = account;
  const lines = [
    ['provider', provider.name],
    ['time zone', timeZone],
    ['region', region],
    ...tellSettings(provider, account),
    ['secrets', name === defaultAccountName ? `${secrets} stored, and that of the service's settings` : `${secrets}`],
    ['created', createdAt],
    ...(isDemo ? [['calls', 'made up: npm run demo -- --remove takes them away']] : []),
    ['zone check', describeZone(zone)],
  ];
  return `${name}\n${lines.map(([title = '', text]) => `  ${title.padEnd(16)}${text}\n`).join('')}`;
}

function describeZone({ of, off, minutes }: ZoneFinding): string {
  if (of === 0) return 'nothing to compare: no report of a call that came in and whose CallSid tells its start';
  if (off === 0) return `fine: the last ${of} calls that tell it start when their CallSid says`;
  const shift = `${Math.abs(minutes)} minutes ${minutes < 0 ? 'earlier' : 'later'}`;
  return `WRONG TIME ZONE? ${off} of the last ${of} calls start ${shift} than their CallSid says`;
}
