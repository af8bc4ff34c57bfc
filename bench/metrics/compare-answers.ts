/** Where two answers differ first, in words; null where nowhere. Quotients may differ in their last digits. */
export function differenceOf(one: unknown, other: unknown, path = ''): string | null {
  if (typeof one === 'number' && typeof other === 'number') {
    return Math.abs(one - other) <= 1e-9 * Math.max(1, Math.abs(one)) ? null : `${path}: ${one} and ${other}`;
  }
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) {
    return one === other ? null : `${path}: ${JSON.stringify(one)} and ${JSON.stringify(other)}`;
  }
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  for (const name of names) {
    const of = (value: object) => (value as Record<string, unknown>)[name];
    const found = differenceOf(of(one), of(other), `${path}.${name}`);
    if (found) return found;
  }
  return null;
}
