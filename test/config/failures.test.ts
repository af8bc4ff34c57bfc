import { DrizzleQueryError } from 'drizzle-orm/errors';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { describeFailure, expectedFailure, liesInDelivery } from '../../src/failures.ts';

const ofState = (code: string) =>
  Object.assign(new pg.DatabaseError('+919812345678 is in no log', 30, 'error'), { code });

describe('an error of the database', () => {
  test.each([
    // SQLSTATE, lies in the delivery, what a caller of GraphQL is told
    ['22001', true, null],
    ['22P05', true, null],
    ['23514', true, null],
    ['54000', true, null],
    ['25P02', false, null],
    ['42P01', false, null],
    ['42703', false, null],
    ['42501', false, null],
    ['3F000', false, null],
    ['XX001', false, null],
    ['25006', false, 'UNAVAILABLE'],
    ['53100', false, 'UNAVAILABLE'],
    ['53300', false, 'UNAVAILABLE'],
    ['58030', false, 'UNAVAILABLE'],
    ['57P03', false, 'UNAVAILABLE'],
    ['40P01', false, 'UNAVAILABLE'],
    ['55P03', false, 'UNAVAILABLE'],
    ['57014', false, 'TIMEOUT'],
  ])('%s: it lies in the delivery: %s; a question is told %s', (code, lies, told) => {
    for (const error of [ofState(code), new DrizzleQueryError('select 1', ['9812345678'], ofState(code))]) {
      expect(liesInDelivery(error)).toBe(lies);
      expect(expectedFailure(error)?.code ?? null).toBe(told);
      expect(describeFailure(expectedFailure(error) ?? error)).toMatchObject({ sqlstate: code });
      expect(JSON.stringify(describeFailure(error))).not.toContain('9812345678');
    }
  });
});

test.each([
  [Object.assign(new Error('x'), { code: 'ERR_WORKER_OUT_OF_MEMORY' }), 'ERR_WORKER_OUT_OF_MEMORY', null],
  [Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED', 'UNAVAILABLE'],
  [new Error('Connection terminated unexpectedly'), 'CONNECTION_LOST', 'UNAVAILABLE'],
  [Object.assign(new Error('x'), { code: '+919812345678' }), undefined, null],
  [new AppError('UNAVAILABLE', 'x'), 'UNAVAILABLE', 'UNAVAILABLE'],
  [new TypeError('x'), undefined, null],
])('of %s the log tells the code %s', (error, code, told) => {
  expect(describeFailure(error).code).toBe(code);
  expect(liesInDelivery(error)).toBe(false);
  expect(expectedFailure(error)?.code ?? null).toBe(told);
});
