import { DrizzleQueryError } from 'drizzle-orm/errors';
import { expect, test } from 'vitest';
import { createLog } from '../../src/log.ts';

test('a line is JSON with its level in words', () => {
  const [line] = linesOf((log) => log.warn({ callSid: 'x' }, 'a message'));
  expect(JSON.parse(line ?? '')).toMatchObject({ level: 'warn', callSid: 'x', msg: 'a message' });
});

test('an error is logged without its message, its SQL and its values', () => {
  const error = new DrizzleQueryError('select $1', ['+919812345678'], new Error('bad value: "+919812345678"'));
  const [line] = linesOf((log) => log.error({ err: error }, 'failed'));
  expect(line).not.toMatch(/9812345678|select/);
  expect(JSON.parse(line ?? '').err.stack.length).toBeGreaterThan(0);
});

test('a request is logged without its address, which holds the secret and numbers', () => {
  const request = { id: 'a', method: 'GET', url: '/webhooks/callerdesk/secret?SourceNumber=9812345678' };
  const lines = linesOf((log) => {
    log.info({ req: request }, 'request');
    log.info({ url: request.url, hook: { secret: 'secret', url: request.url } }, 'careless');
  });
  expect(lines).toHaveLength(2);
  expect(lines.join()).not.toMatch(/9812345678|webhooks/);
});

test('for a person a line is plain words', () => {
  const [line] = linesOf((log) => log.info('ready'), true);
  expect(line).toMatch(/INFO.*ready/);
});

function linesOf(write: (log: ReturnType<typeof createLog>) => void, forPerson = false): string[] {
  const lines: string[] = [];
  write(createLog({ level: 'info', forPerson, destination: { write: (line) => void lines.push(line) } }));
  return lines;
}
