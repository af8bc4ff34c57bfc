import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { deriveCall } from '../../src/calls/facts/derive-call.ts';
import { normalizeDelivery } from '../../src/providers/callerdesk/normalize-delivery.ts';
import { contentHash } from '../../src/providers/callerdesk/payload.ts';
import { readStatus } from '../../src/providers/callerdesk/read-status.ts';
import type { DeliveryForm } from '../../src/providers/provider.ts';
import { encode, fieldsFrom, india, receivedAt } from './deliver.ts';

type Fixture = {
  description: string;
  form?: DeliveryForm;
  payload: Record<string, unknown>;
  expect: {
    kind: string;
    ignored?: string;
    unreadable?: string;
    callSid?: string;
    unknownWords?: string[];
    call?: Record<string, unknown>;
  };
};

const folder = new URL('../fixtures/callerdesk/', import.meta.url);
const fixtures = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => [file, JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Fixture] as const);

describe.each(fixtures)('%s', (_file, fixture) => {
  const forms: DeliveryForm[] = fixture.form ? [fixture.form] : ['JSON', 'FORM', 'QUERY'];

  it.each(forms)(`${fixture.description} (%s)`, (form) => {
    const fields = fieldsFrom(encode(fixture.payload, form));
    const read = normalizeDelivery(fields, { urlKind: null, account: india, receivedAt });
    const { kind, ignored, unreadable, callSid, unknownWords = [], call } = fixture.expect;
    expect(read.kind).toBe(kind);
    if ('facts' in read) {
      const reading = readStatus(read.facts);
      const derived = deriveCall(read.facts, reading, { outgoingAgentLeg: 'LEG_A' });
      expect({ ...read.facts, ...derived }).toMatchObject(call ?? {});
      expect(call).toBeDefined();
      expect(reading.unknownWords).toEqual(unknownWords);
    } else if ('ignored' in read) {
      expect(read.ignored).toContain(ignored ?? 'should be a call');
    } else {
      expect(read.unreadable).toContain(unreadable ?? 'should be a call');
      expect(read.callSid).toBe(callSid);
    }
  });

  it('has one content in every form', () => {
    const hashes = forms.map((form) => contentHash(fieldsFrom(encode(fixture.payload, form))).toString('hex'));
    expect(new Set(hashes).size).toBe(1);
  });
});

it('every fixture says another thing', () => {
  const hashes = fixtures.map(([, { payload }]) => contentHash(fieldsFrom(encode(payload))).toString('hex'));
  expect(new Set(hashes).size).toBe(fixtures.length);
});
