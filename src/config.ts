import { existsSync } from 'node:fs';
import { totalmem } from 'node:os';
import { resolve } from 'node:path';
import { type CountryCode, isSupportedCountry } from 'libphonenumber-js';
import * as z from 'zod';
import { readProxies } from './access/client-address.ts';
import { hostNameOf } from './access/host-name.ts';
import { type LimitName, limitCatalogue, limitNames } from './access/limits.ts';
import { readOrigin } from './access/own-hosts.ts';
import { defaultAccountName } from './accounts/accounts.ts';
import { StartupError } from './startup-error.ts';
import { isTimeZoneName } from './time/time-zone-names.ts';

const secret = z.string().regex(/^[\w.~-]{16,128}$/, '16 to 128 characters of A-Z a-z 0-9 . _ ~ -');

const days = z
  .string()
  .refine((text) => /^[1-9]\d{0,4}$/.test(text), 'a whole number of days from 1 to 99999')
  .transform(Number);

const hours = (text: string) => /^\d{1,4}(\.\d{1,6})?$/.test(text) && Number(text) > 0;

/** An authcode for the default account; or NAME=CODE, several separated by commas. */
function readAuthcodes(text: string): Map<string, string> | null {
  const pairs = text.includes('=') ? text.split(',').map((pair) => pair.trim()) : [`${defaultAccountName}=${text}`];
  const found = pairs.map((pair) => /^(.+?)\s*=\s*([\w.~-]{4,200})$/.exec(pair));
  return found.every((match) => match !== null) ? new Map(found.map(([, name = '', code = '']) => [name, code])) : null;
}

/** A quarter of the memory that this process may have, but 512 MB at least and 4 GB at most. */
function usualHeapMb(): number {
  const limit = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  const mb = Math.min(totalmem(), limit) / 1024 / 1024;
  return Math.round(Math.min(Math.max(mb / 4, 512), 4096));
}

function namesSeveralHosts(url: string): boolean {
  const hosts = /^postgres(?:ql)?:\/\/(?:[^/?#]*@)?([^/?#]*)/.exec(url)?.[1] ?? '';
  return hosts.includes(',') || /[?&]host=[^&#]*(,|%2c)/i.test(url);
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

function limitSetting(name: LimitName) {
  const { default: usual, allowed } = limitCatalogue[name];
  const [least, most] = allowed;
  return z
    .string()
    .refine(
      (text) => /^\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= most,
      `a whole number from ${least} to ${most}`,
    )
    .transform(Number)
    .default(usual);
}

/** What one operation may ask for. */
const limitSettings = Object.fromEntries(limitNames.map((name) => [name, limitSetting(name)])) as Record<
  LimitName,
  ReturnType<typeof limitSetting>
>;

/** Every setting of the service. A message says what is allowed; .env.example says what each is for. */
const settings = z.object({
  /** Only this machine may connect, until someone decides otherwise. */
  HOST: z
    .string()
    .regex(/^[\w.:%-]+$/, 'an address or a name of this machine, such as 127.0.0.1, ::1 or 0.0.0.0')
    .default('127.0.0.1'),
  /** Absent: the service's own names are those of this machine to itself, and HOST; any, where HOST is a wildcard. */
  PUBLIC_HOSTS: z
    .string()
    .transform((text) => text.split(',').map((name) => name.trim()))
    .refine(
      (names) => names.every((name) => hostNameOf(name) !== null),
      'names or addresses without https://, separated by commas, such as calls.example.com,10.0.0.5',
    )
    .optional(),
  /** Absent: pages of no other origin may ask. */
  ALLOWED_ORIGINS: z
    .string()
    .transform((text) => text.split(',').map((one) => readOrigin(one.trim())))
    .refine(
      (origins): origins is string[] => origins.every((origin) => origin !== null),
      'origins without a path, separated by commas, such as https://dashboard.example.com,http://localhost:5173',
    )
    .default([]),
  /** Absent: nobody is believed whose requests they pass on. */
  TRUSTED_PROXIES: z
    .string()
    .transform((text) => text.split(',').map((one) => one.trim()))
    .refine(
      (written) => readProxies(written) !== null,
      'addresses and networks, separated by commas, such as 10.0.0.5,192.168.0.0/16',
    )
    .default([]),
  PORT: z
    .string()
    .refine(
      (port) => /^\d{1,5}$/.test(port) && Number(port) <= 65_535,
      'a whole number from 0 (any free port) to 65535',
    )
    .transform(Number)
    .default(4000),
  /** Absent: the service runs a PostgreSQL of its own. */
  DATABASE_URL: z
    .string()
    .refine(
      (url) => !namesSeveralHosts(url),
      'one host, as in postgres://user:password@host:port/database; of several, name the primary, or a name or proxy that leads to it',
    )
    .refine(
      (url) => /^postgres(ql)?:\/\//.test(url) && URL.canParse(url),
      'postgres://user:password@host:port/database',
    )
    .optional(),
  /** Of the service's own PostgreSQL. Absent: another free one at each start. */
  POSTGRES_PORT: z
    .string()
    .refine(
      (port) => /^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535,
      'a whole number from 1 to 65535',
    )
    .transform(Number)
    .optional(),
  /** Statements of BI roles that take longer are ended. */
  BI_STATEMENT_SECONDS: z
    .string()
    .refine((text) => /^\d{1,5}$/.test(text) && Number(text) >= 1, 'a whole number of seconds from 1 to 99999')
    .transform(Number)
    .default(60),
  DATA_DIR: z
    .string()
    .default('./.data')
    .transform((folder) => resolve(folder)),
  /** Absent: made once and kept in DATA_DIR. */
  WEBHOOK_SECRET: secret.optional(),
  /** A key with all scopes. */
  ADMIN_TOKEN: secret.optional(),
  /** Whether requests need a key: found by who may have sent them, or never. */
  ACCESS: z.enum(['auto', 'open'], 'auto or open').default('auto'),
  /** CallerDesk writes India's time and numbers. */
  TIME_ZONE: z
    .string()
    .refine(isTimeZoneName, 'a name of the time zone database, such as Asia/Kolkata')
    .default('Asia/Kolkata'),
  REGION: z
    .string()
    .refine(
      (region): region is CountryCode => isSupportedCountry(region),
      'an ISO 3166 code of two capital letters, such as IN',
    )
    .default('IN'),
  LIVE_AGE_LIMIT_HOURS: z
    .string()
    .refine(hours, 'a number of hours above 0 and below 10000, such as 4 or 0.5')
    .transform(Number)
    .default(4),
  /** auto: from packed calls where these can answer. calls: always from the calls themselves. */
  METRICS_SOURCE: z.enum(['auto', 'calls'], 'auto or calls').default('auto'),
  /** Memory for the columns of packed calls that figures are computed from: a month of a million calls takes about 60 MB. */
  METRICS_CACHE_MB: z
    .string()
    .refine((text) => /^\d{1,6}$/.test(text), 'a whole number of megabytes, such as 512')
    .transform(Number)
    .default(512),
  /** The thread that answers questions is ended, and started anew, where it keeps more than so much beside its columns. */
  ANSWERS_HEAP_MB: z
    .string()
    .refine(
      (text) => /^\d{3,6}$/.test(text) && Number(text) >= 128,
      'a whole number of megabytes from 128 to 999999, such as 1024',
    )
    .transform(Number)
    .default(usualHeapMb),
  /** A page or a count for which the database would take longer is refused: nothing leads to its rows. */
  LIST_TIMEOUT_SECONDS: z
    .string()
    .refine((text) => /^\d{1,3}(\.\d{1,3})?$/.test(text) && Number(text) >= 0.1, 'a number of seconds from 0.1 to 999')
    .transform(Number)
    .default(5),
  /** Absent: kept for ever. */
  RETENTION_EVENTS_DAYS: days.optional(),
  RETENTION_CALLS_DAYS: days.optional(),
  RETENTION_ACCESS_LOG_DAYS: days.default(90),
  /** So long the ids of calls that ended are told to those who keep copies. */
  RETENTION_ENDED_CALLS_DAYS: days.default(90),
  /** Nobody but the provider, or a server on this machine, may get an authcode. */
  CALLERDESK_URL: z
    .string()
    .refine(
      (url) => URL.canParse(url) && /^(https:\/\/|http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]?)/.test(url),
      'an address such as https://app.callerdesk.io, with https unless it is of this machine',
    )
    .default('https://app.callerdesk.io'),
  CALLERDESK_AUTHCODE: z
    .string()
    .transform(readAuthcodes)
    .refine(
      (codes): codes is Map<string, string> => codes !== null,
      'an authcode (4 to 200 characters of A-Z a-z 0-9 . _ ~ -) of the default account, or NAME=CODE of several, separated by commas',
    )
    .default(new Map()),
  /** Absent: only by npm run backfill. */
  BACKFILL_EVERY_HOURS: z
    .string()
    .refine((text) => hours(text) && Number(text) <= 500, 'a number of hours above 0, at most 500, such as 6 or 0.5')
    .transform(Number)
    .optional(),
  BACKFILL_LAST_HOURS: z
    .string()
    .refine(hours, 'a number of hours above 0 and below 10000, such as 24')
    .transform(Number)
    .default(24),
  /** Questions that may wait or be answered at once; one address may have half of them. */
  LIMIT_QUEUE: z
    .string()
    .refine((text) => /^\d{1,6}$/.test(text) && Number(text) >= 2, 'a whole number from 2 to 999999')
    .transform(Number)
    .default(1000),
  /** Absent: the service holds no documents. */
  DOCUMENTS_DIR: z
    .string()
    .transform((folder) => resolve(folder))
    .optional(),
  DOCUMENTS: z.enum(['any', 'only'], 'any or only').default('any'),
  /** What the questions of a key, or of an address without one, may cost in a minute. */
  BUDGET_PER_MINUTE: z
    .string()
    .refine(
      (text) => /^\d{1,10}$/.test(text) && Number(text) >= 1000 && Number(text) < 2 ** 31,
      'a whole number from 1000 to 2147483647',
    )
    .transform(Number)
    .default(3_000_000),
  /** A larger answer is refused while it is being made. */
  LIMIT_ANSWER_MB: z
    .string()
    .refine((text) => /^\d{1,3}$/.test(text) && Number(text) >= 1, 'a whole number of megabytes from 1 to 999')
    .transform(Number)
    .default(16),
  /** After so long a question ends, wherever it is. */
  LIMIT_OPERATION_SECONDS: z
    .string()
    .refine((text) => /^\d{1,3}(\.\d{1,3})?$/.test(text) && Number(text) >= 0.1, 'a number of seconds from 0.1 to 999')
    .transform(Number)
    .default(30),
  /** Exports of one key, or of one address without a key, that may run at once. */
  EXPORTS_PER_KEY: z
    .string()
    .refine((text) => /^[1-9]\d{0,2}$/.test(text), 'a whole number from 1 to 999')
    .transform(Number)
    .default(2),
  /** Exports of all together; each has a connection to the database, and a snapshot of it. */
  EXPORTS_AT_ONCE: z
    .string()
    .refine((text) => /^[1-9]\d?$/.test(text), 'a whole number from 1 to 99')
    .transform(Number)
    .default(6),
  /** After so long an export is broken off. */
  EXPORT_MINUTES: z
    .string()
    .refine(
      (text) => /^\d{1,4}(\.\d{1,3})?$/.test(text) && Number(text) > 0,
      'a number of minutes above 0, below 10000',
    )
    .transform(Number)
    .default(30),
  /** A reader of an export that takes nothing for so long is cut off. */
  EXPORT_STILL_SECONDS: z
    .string()
    .refine(
      (text) => /^\d{1,3}(\.\d{1,3})?$/.test(text) && Number(text) >= 1 && Number(text) <= 120,
      'a number of seconds from 1 to 120',
    )
    .transform(Number)
    .default(60),
  /** Open connections of subscriptions, WebSockets and streams together; one address may have half of them. */
  LIVE_CONNECTIONS: z
    .string()
    .refine((text) => /^[1-9]\d{0,5}$/.test(text), 'a whole number from 1 to 999999')
    .transform(Number)
    .default(10_000),
  /** WebSockets that have not said yet who asks; one address may have half of them. */
  LIVE_CONNECTIONS_WITHOUT_INIT: z
    .string()
    .refine((text) => /^[1-9]\d{0,5}$/.test(text), 'a whole number from 1 to 999999')
    .transform(Number)
    .default(4000),
  /** Subscriptions of all together. */
  LIVE_SUBSCRIPTIONS: z
    .string()
    .refine((text) => /^[1-9]\d{0,5}$/.test(text), 'a whole number from 1 to 999999')
    .transform(Number)
    .default(10_000),
  /** Subscriptions of one key, or of one address without a key. */
  LIVE_SUBSCRIPTIONS_PER_KEY: z
    .string()
    .refine((text) => /^[1-9]\d{0,5}$/.test(text), 'a whole number from 1 to 999999')
    .transform(Number)
    .default(2000),
  /** Subscriptions of one WebSocket. */
  LIVE_SUBSCRIPTIONS_PER_CONNECTION: z
    .string()
    .refine((text) => /^[1-9]\d{0,3}$/.test(text), 'a whole number from 1 to 9999')
    .transform(Number)
    .default(100),
  /** A reader of subscriptions that takes nothing for so long, while something waits for it, is cut off. */
  LIVE_STILL_SECONDS: z
    .string()
    .refine(
      (text) => /^\d{1,3}(\.\d{1,3})?$/.test(text) && Number(text) >= 1 && Number(text) <= 300,
      'a number of seconds from 1 to 300',
    )
    .transform(Number)
    .default(30),
  LOG_LEVEL: z.enum(logLevels, logLevels.join(', ')).default('info'),
  ...limitSettings,
});

export type Config = z.infer<typeof settings>;
export type SettingName = keyof Config;

const hidden: readonly SettingName[] = ['DATABASE_URL', 'WEBHOOK_SECRET', 'ADMIN_TOKEN', 'CALLERDESK_AUTHCODE'];

/** The environment, with what a file .env in the current folder adds to it. */
export function readEnvironment(): NodeJS.ProcessEnv {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}

/** Whether `npm start` started this process, or another program that runs a package's start script. */
export function isStartedByNpm(): boolean {
  return process.env.npm_lifecycle_event === 'start';
}

/** The settings that an environment holds; an empty one is absent. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const names = Object.keys(settings.shape) as SettingName[];
  const given = names.map((name) => [name, env[name]?.trim()] as const).filter(([, value]) => value);
  const read = settings.safeParse(Object.fromEntries(given));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const name = issue?.path[0] as SettingName;
  throw wrongSetting(name, env[name] ?? '', issue?.message ?? '');
}

/** Whether a text may serve as the webhook's secret. */
export function isWebhookSecret(text: string): boolean {
  return secret.safeParse(text).success;
}

/** The one line about a setting that cannot be used. */
export function wrongSetting(name: SettingName, value: string, allowed: string): StartupError {
  const shown = hidden.includes(name) ? `(${value.length} characters, not shown)` : JSON.stringify(value.slice(0, 80));
  return new StartupError(`The setting ${name} is ${shown}. Allowed: ${allowed}.`);
}
