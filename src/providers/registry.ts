import type { CallListAccess } from '../backfill/backfill-accounts.ts';
import type { Config } from '../config.ts';
import { callerDesk } from './callerdesk/callerdesk.ts';
import { Providers } from './providers.ts';

/** The providers of the service. Whoever starts it or a command passes them on: nothing else imports them. */
export const serviceProviders = new Providers([callerDesk]);

/** Where and as whom their call lists are asked, by the settings. */
export function callListAccess(config: Pick<Config, 'CALLERDESK_URL' | 'CALLERDESK_AUTHCODE'>): CallListAccess {
  const { CALLERDESK_URL: url, CALLERDESK_AUTHCODE: authcodes } = config;
  return new Map([[callerDesk.name, { url, authcodes }]]);
}
