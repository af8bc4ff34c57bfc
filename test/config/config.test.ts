import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, test } from 'vitest';
import { defaultLimits } from '../../src/access/limits.ts';
import { readConfig } from '../../src/config.ts';
import { projectFile } from '../../src/project-file.ts';

describe('settings', () => {
  test('every setting has a default', () => {
    expect(readConfig({})).toEqual({
      HOST: '127.0.0.1',
      TRUSTED_PROXIES: [],
      ALLOWED_ORIGINS: [],
      BUDGET_PER_MINUTE: 3_000_000,
      DOCUMENTS: 'any',
      PORT: 4000,
      ACCESS: 'auto',
      BI_STATEMENT_SECONDS: 60,
      DATA_DIR: resolve('.data'),
      TIME_ZONE: 'Asia/Kolkata',
      REGION: 'IN',
      LIVE_AGE_LIMIT_HOURS: 4,
      METRICS_SOURCE: 'auto',
      METRICS_CACHE_MB: 512,
      ANSWERS_HEAP_MB: expect.toSatisfy((mb: number) => mb >= 512 && mb <= 4096),
      LIST_TIMEOUT_SECONDS: 5,
      LIVE_CONNECTIONS: 10_000,
      LIVE_CONNECTIONS_WITHOUT_INIT: 4000,
      LIVE_SUBSCRIPTIONS: 10_000,
      LIVE_SUBSCRIPTIONS_PER_KEY: 2000,
      LIVE_SUBSCRIPTIONS_PER_CONNECTION: 100,
      LIVE_STILL_SECONDS: 30,
      RETENTION_ENDED_CALLS_DAYS: 90,
      RETENTION_ACCESS_LOG_DAYS: 90,
      LIMIT_ANSWER_MB: 16,
      LIMIT_OPERATION_SECONDS: 30,
      EXPORTS_PER_KEY: 2,
      EXPORTS_AT_ONCE: 6,
      EXPORT_MINUTES: 30,
      EXPORT_STILL_SECONDS: 60,
      LIMIT_QUEUE: 1000,
      CALLERDESK_URL: 'https://app.callerdesk.io',
      CALLERDESK_AUTHCODE: new Map(),
      BACKFILL_LAST_HOURS: 24,
      LOG_LEVEL: 'info',
      ...defaultLimits,
    });
  });

  test('an empty setting is absent', () => {
    const empty = {
      HOST: '',
      PORT: ' ',
      DATABASE_URL: '',
      DATA_DIR: '',
      WEBHOOK_SECRET: '',
      TIME_ZONE: '',
      REGION: '',
    };
    expect(readConfig(empty)).toEqual(readConfig({}));
  });

  test('settings of others are not looked at', () => {
    expect(readConfig({ PATH: '/bin', DEBUG: '*' })).toEqual(readConfig({}));
  });

  test('.env.example explains every setting and shows its default', () => {
    const example = readFileSync(projectFile('.env.example'), 'utf8');
    expect(readConfig(parseEnv(example))).toEqual(readConfig({}));
    const withoutDefault = [
      'DATABASE_URL',
      'POSTGRES_PORT',
      'DOCUMENTS_DIR',
      'WEBHOOK_SECRET',
      'ADMIN_TOKEN',
      'PUBLIC_HOSTS',
      'RETENTION_EVENTS_DAYS',
      'RETENTION_CALLS_DAYS',
      'BACKFILL_EVERY_HOURS',
    ];
    expect(Object.keys(parseEnv(example)).sort()).toEqual([...Object.keys(readConfig({})), ...withoutDefault].sort());
  });

  test.each([
    ['HOST', '::1'],
    ['HOST', 'localhost'],
    ['DATABASE_URL', 'postgresql://user:p%40ss@db.example:5432/calls?sslmode=require'],
    ['DATABASE_URL', 'postgres://user@%2Fvar%2Frun%2Fpostgresql/calls'],
    ['WEBHOOK_SECRET', 'A-Za-z0-9._~-16+'.replace('+', 'x')],
    ['WEBHOOK_SECRET', 'x'.repeat(128)],
    ['ADMIN_TOKEN', 'x'.repeat(128)],
    ['REGION', 'GB'],
    ['LOG_LEVEL', 'silent'],
  ])('%s may be %s', (name, value) => {
    expect(readConfig({ [name]: value })).toMatchObject({ [name]: value });
  });

  test('the age limit of live calls may be a part of an hour, retention is in whole days', () => {
    const read = readConfig({ LIVE_AGE_LIMIT_HOURS: '0.5', RETENTION_EVENTS_DAYS: '30', RETENTION_CALLS_DAYS: '3650' });
    expect(read).toMatchObject({ LIVE_AGE_LIMIT_HOURS: 0.5, RETENTION_EVENTS_DAYS: 30, RETENTION_CALLS_DAYS: 3650 });
  });

  test('an authcode is of the default account, unless accounts are named', () => {
    const codes = (text: string) => [...readConfig({ CALLERDESK_AUTHCODE: text }).CALLERDESK_AUTHCODE];
    expect(codes('abc-1')).toEqual([['default', 'abc-1']]);
    expect(codes('default=abc1, New Delhi = def2')).toEqual([
      ['default', 'abc1'],
      ['New Delhi', 'def2'],
    ]);
    expect([...readConfig({}).CALLERDESK_AUTHCODE]).toEqual([]);
  });

  test('PORT 0 takes any free port', () => {
    expect(readConfig({ PORT: '0' }).PORT).toBe(0);
  });

  test('ALLOWED_ORIGINS are origins as browsers write them, separated by commas', () => {
    const { ALLOWED_ORIGINS } = readConfig({ ALLOWED_ORIGINS: 'https://Dash.Example.com:443, http://localhost:5173' });
    expect(ALLOWED_ORIGINS).toEqual(['https://dash.example.com', 'http://localhost:5173']);
    for (const wrong of [
      '*',
      'null',
      'dash.example.com',
      'https://a.example/',
      'https://a.example,',
      'ftp://a',
      'https://x@a',
    ]) {
      expect(() => readConfig({ ALLOWED_ORIGINS: wrong })).toThrow(/ALLOWED_ORIGINS .* without a path/);
    }
  });

  test('PUBLIC_HOSTS are names, separated by commas', () => {
    const { PUBLIC_HOSTS } = readConfig({ PUBLIC_HOSTS: 'calls.example.com, 10.0.0.5:8443,::1' });
    expect(PUBLIC_HOSTS).toEqual(['calls.example.com', '10.0.0.5:8443', '::1']);
    for (const wrong of ['https://calls.example.com', 'calls.example.com/', 'a,,b', 'a b', '*.example.com/x']) {
      expect(() => readConfig({ PUBLIC_HOSTS: wrong })).toThrow(/PUBLIC_HOSTS .* without https:\/\//);
    }
  });

  test.each([
    ['HOST', 'http://x', 'an address or a name of this machine'],
    ['PORT', '70000', 'a whole number from 0'],
    ['PORT', '-1', 'a whole number from 0'],
    ['PORT', '4000.5', 'a whole number from 0'],
    ['PORT', '4e3', 'a whole number from 0'],
    ['REGION', 'in', 'an ISO 3166 code'],
    ['REGION', 'XX', 'an ISO 3166 code'],
    ['LIVE_AGE_LIMIT_HOURS', '0', 'a number of hours above 0'],
    ['LIVE_AGE_LIMIT_HOURS', '-1', 'a number of hours above 0'],
    ['RETENTION_EVENTS_DAYS', '0', 'a whole number of days'],
    ['RETENTION_CALLS_DAYS', '1.5', 'a whole number of days'],
    ['RETENTION_ENDED_CALLS_DAYS', '0', 'a whole number of days'],
    ['CALLERDESK_URL', 'http://app.callerdesk.io', 'an address such as https://app.callerdesk.io'],
    ['BACKFILL_EVERY_HOURS', '501', 'a number of hours above 0, at most 500'],
    ['BACKFILL_LAST_HOURS', '0', 'a number of hours above 0'],
    ['LIMIT_ROWS', '0', 'a whole number from 500 to 10000000'],
    ['LIMIT_TOKENS', '4e3', 'a whole number from 100 to 100000'],
    ['DOCUMENTS', 'all', 'any or only'],
    ['BUDGET_PER_MINUTE', '999', 'a whole number from 1000 to 2147483647'],
    ['BUDGET_PER_MINUTE', '2147483648', 'a whole number from 1000 to 2147483647'],
    ['TRUSTED_PROXIES', 'proxy.example', 'addresses and networks'],
    ['TRUSTED_PROXIES', '10.0.0.0/33', 'addresses and networks'],
    ['TRUSTED_PROXIES', '10.0.0.1,,::1', 'addresses and networks'],
    ['LOG_LEVEL', 'verbose', 'trace, debug, info, warn, error, fatal, silent'],
  ])('%s %s is refused with what is allowed', (name, value, allowed) => {
    const refusal = refusalOf({ [name]: value });
    expect(refusal).toMatch(new RegExp(`^The setting ${name} is "${value}"\\. Allowed: ${allowed}`));
    expect(refusal).not.toContain('\n');
  });

  test.each([
    ['WEBHOOK_SECRET', 'fifteen-chars-x'],
    ['WEBHOOK_SECRET', 'x'.repeat(129)],
    ['WEBHOOK_SECRET', 'with a space in it'],
    ['ADMIN_TOKEN', 'too-short-token'],
    ['CALLERDESK_AUTHCODE', 'default=a code with spaces'],
    ['CALLERDESK_AUTHCODE', 'one-code,another-code'],
    ['WEBHOOK_SECRET', 'with/a/slash/in/it'],
    ['DATABASE_URL', 'mysql://someone:hunter2@db/calls'],
    ['DATABASE_URL', 'postgres://someone:hunter2@db:port/calls'],
  ])('a wrong %s is refused without being shown', (name, value) => {
    expect(refusalOf({ [name]: value })).toMatch(
      new RegExp(`^The setting ${name} is \\(${value.length} characters, not shown\\)\\. Allowed: `),
    );
    expect(refusalOf({ [name]: value })).not.toContain(value.slice(8, 20));
  });
});

function refusalOf(env: NodeJS.ProcessEnv): string {
  try {
    readConfig(env);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('it was not refused');
}
