import { type GraphQLInputObjectType, getNamedType, isInputObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { regionOf } from '../../src/accounts/choose-account.ts';
import { hasNumbers as callsHaveNumbers } from '../../src/calls/list/call-filter.ts';
import { buildSchema } from '../../src/graphql/schema.ts';
import { hasNumbers as participantsHaveNumbers } from '../../src/participants/participant-filter.ts';
import type { ParticipantType } from '../../src/participants/participants.table.ts';
import { ids } from '../support/seals.ts';

const schema = buildSchema();
const filters = Object.values(schema.getTypeMap())
  .filter(isInputObjectType)
  .filter((type) => 'accountId' in type.getFields() && 'id' in type.getFields());
const isOfNumbers = (type: GraphQLInputObjectType, field: string) =>
  getNamedType(type.getFields()[field]?.type)?.name === 'PhoneNumberFilter';
const hasNumbersIn = ({ name }: GraphQLInputObjectType, filter: object) =>
  name === 'CallFilter'
    ? callsHaveNumbers(filter)
    : participantsHaveNumbers(name.replace(/Filter$/, '') as ParticipantType, filter as never);

test('of every filter the fields that are numbers by the schema, and no others, are read in a region', () => {
  expect(filters.map(({ name }) => name).sort()).toEqual([
    'AgentFilter',
    'CallFilter',
    'CallGroupFilter',
    'CampaignFilter',
    'CustomerFilter',
    'VirtualNumberFilter',
  ]);
  const numbers: string[] = [];
  for (const type of filters) {
    for (const field of Object.keys(type.getFields())) {
      if (['and', 'or', 'not'].includes(field)) continue;
      const value = { eq: 'customerNumber"' };
      expect(hasNumbersIn(type, { [field]: value }), `${type.name}.${field}`).toBe(isOfNumbers(type, field));
      if (isOfNumbers(type, field)) numbers.push(`${type.name}.${field}`);
    }
  }
  expect(numbers.length).toBeGreaterThanOrEqual(5);
});

test('numbers are found at any depth of a filter of calls', () => {
  const one = { agentNumber: { eq: '98123 45678' } };
  const none = { callSid: { eq: '"agentNumber"' } };
  expect(callsHaveNumbers(null)).toBe(false);
  expect(callsHaveNumbers({ and: [none, { or: [none] }], not: none })).toBe(false);
  for (const filter of [{ and: [none, one] }, { or: [none, one] }, { not: one }, { not: { and: [{ or: [one] }] } }]) {
    expect(callsHaveNumbers(filter), JSON.stringify(filter)).toBe(true);
  }
});

test('accounts are read for filters with numbers alone', async () => {
  let read = 0;
  const around = {
    service: { region: 'IN' },
    seals: { ids },
    accounts: async () => {
      read += 1;
      return [{ id: 1, region: 'US' }] as never;
    },
  };
  expect(await regionOf(around, {}, false)).toBe('IN');
  expect(read).toBe(0);
  expect(await regionOf(around, {}, true)).toBe('US');
  expect(read).toBe(1);
});
