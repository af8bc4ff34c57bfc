import type { NumberFinder } from '../../../src/phone-numbers/number-finder.ts';
import type { ErasedPayload, KeptPayload } from '../../../src/providers/provider.ts';
import { sentDelivery } from '../../../src/providers/sent-delivery.ts';
import { linesOf } from './lines.ts';

/** Lines stay without what they say of the person. */
export function eraseLines(kept: KeptPayload, { isIn }: NumberFinder, isTheirCall: boolean): ErasedPayload | null {
  const sent = sentDelivery(kept);
  const lines = linesOf(sent);
  if (lines === null) {
    return isTheirCall || isIn(kept.body.toString('latin1'))
      ? { body: Buffer.from('erased'), contentType: kept.contentType }
      : null;
  }
  const isGone = ({ key, value }: { key: string; value: string }) =>
    value !== '' && key !== 'ref' && (isIn(value) || (isTheirCall && key === 'rec'));
  if (!lines.some(isGone)) return null;
  const left = lines.map((line) => (isGone(line) ? { ...line, value: '' } : line));
  const text = sent.importedAs
    ? JSON.stringify(Object.fromEntries(left.map(({ key, value }) => [key, value])))
    : left.map(({ key, value }) => `${key}|${value}`).join('\n');
  return { body: Buffer.from(text), contentType: kept.contentType };
}
