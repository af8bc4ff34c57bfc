/** `once`: as it was read in India by the rules before, where that is among the stored numbers. */
type Spelling = { text: string; IN: string | null; US: string | null; once?: string };

/** Spellings of numbers, and what each means in a region: written down here, not worked out. */
export const spellings: readonly Spelling[] = [
  { text: '+919812345678', IN: '+919812345678', US: '+919812345678' },
  { text: '+91 98123-45678', IN: '+919812345678', US: '+919812345678' },
  { text: '98123 45678', IN: '+919812345678', US: '+19812345678' },
  { text: '098123 45678', IN: '+919812345678', US: '09812345678' },
  { text: '0091 98123 45678', IN: '+919812345678', US: '00919812345678' },
  { text: '(415) 555-0100', IN: '+914155550100', US: '+14155550100' },
  { text: '+1 415 555 0100', IN: '+14155550100', US: '+14155550100', once: '+9114155550100' },
  { text: '1-415-555-0100', IN: '+14155550100', US: '+14155550100', once: '+9114155550100' },
  { text: '99xxxx1234', IN: '99xxxx1234', US: '99xxxx1234' },
  { text: 'anonymous', IN: null, US: null },
  { text: '', IN: null, US: null },
  { text: '0', IN: null, US: null },
];

/** Numbers as calls hold them. */
export const storedNumbers = [
  '+919812345678',
  '+14155550100',
  '+914155550100',
  '+19812345678',
  '99xxxx1234',
  '09812345678',
  '+9114155550100',
];

/** The stored numbers that a spelling stands for in a region. */
export function readSpelling(text: string, region: string): (string | null)[] {
  const spelling = spellings.find((known) => known.text === text);
  if (!spelling || (region !== 'IN' && region !== 'US')) throw new Error(`no such spelling: ${text} in ${region}`);
  return [spelling[region], ...(region === 'IN' && spelling.once ? [spelling.once] : [])];
}
