import { expect, test } from 'vitest';
import { holdsNumber } from '../../../src/access/masking/holds-number.ts';
import { holdsSevenDigits } from '../../../src/access/masking/holds-seven-digits.ts';
import { maskEmail } from '../../../src/access/masking/mask-email.ts';
import { maskKeyPress } from '../../../src/access/masking/mask-key-press.ts';
import { maskNumber } from '../../../src/access/masking/mask-number.ts';
import { maskText } from '../../../src/access/masking/mask-text.ts';

test.each([
  ['+919812345210', '+91 98•••••210'],
  ['+14155550100', '+1 41•••••100'],
  ['+447700900123', '+44 77•••••123'],
  ['+8613812345678', '+86 13••••••678'],
  // Of eight digits four, of seven three.
  ['+6561234567', '+65 61••••67'],
  ['+3726123456', '+372 6••••56'],
  // Too short, of no country, or no number: nothing is shown.
  ['+911800', '•••••••'],
  ['+999123456789', '•••••••'],
  ['18001234567890', '•••••••'],
  ['98xxxxx210', '•••••••'],
  ['Ravi Kumar', '•••••••'],
])('the number %s is shown as %s', (number, shown) => {
  expect(maskNumber(number)).toBe(shown);
});

test.each([
  ['ravi@sales.example.com', 'r•••••••@•••••••.com'],
  ['r@sales.in', '•••••••@•••••••.in'],
  ['9812345210@sales.in', '•••••••@•••••••.in'],
  ['रवि@उदाहरण.भारत', 'र•••••••@•••••••'],
  ['ravi@9812345210', 'r•••••••@•••••••'],
  ['ravi', '•••••••'],
])('the address %s is shown as %s', (email, shown) => {
  expect(maskEmail(email)).toBe(shown);
});

test.each([
  ['Ravi 9812345210', 'Ravi •••••••'],
  ['+91 98123 45210, evenings', '+•••••••, evenings'],
  ['98-12-34-5', '•••••••'],
  ['(981) 234-5210', '(•••••••'],
  ['0120/456 7890', '•••••••'],
  ['98123 - 45678', '•••••••'],
  ['(98123) - 45678', '(•••••••'],
  ['98123...45678', '•••••••'],
  ['98_12,34:56*7', '•••••••'],
  ['98 --- 12345', '98 --- 12345'],
  ['Asha <r.sharma@acme-mail.com>', 'Asha <•••••••>'],
  ['r.sharma@acme-mail.com 9812345678', '••••••• •••••••'],
  ['9812345678@acme.co', '•••••••'],
  ['me @ home', 'me @ home'],
  ['9812. 345210', '•••••••'],
  ['Team 123456', 'Team 123456'],
  ['981x234x521', '981x234x521'],
  ['९८१२३४५२१० रवि', '••••••• रवि'],
  ['98١٢٣٤٥210', '•••••••'],
  ['９８１２３４５', '•••••••'],
  // No-break and thin spaces, hyphens of all kinds.
  ['981\u00a0234\u20095210', '•••••••'],
  ['981\u2011234\u22125210', '•••••••'],
  // What nobody sees: zero-width characters, bidirectional marks, a soft hyphen, a keycap.
  ['98\u200b\u200b\u200b12\u2060345\u00ad\u202a21\u202c0', '•••••••'],
  [
    '9\ufe0f\u20e38\ufe0f\u20e31\ufe0f\u20e32\ufe0f\u20e33\ufe0f\u20e34\ufe0f\u20e35\ufe0f\u20e3',
    '•••••••\ufe0f\u20e3',
  ],
  ['1234567 and 7654321', '••••••• and •••••••'],
])('the text %j is shown as %j', (text, shown) => {
  expect(maskText(text)).toBe(shown);
  expect(maskText(shown)).toBe(shown);
});

test('more than three keys are not shown', () => {
  expect(['', '1', '1#3', '1234', '9812345210'].map(maskKeyPress)).toEqual(['', '1', '1#3', '•••••••', '•••••••']);
});

test.each([
  ['https://records.example/a1/b2.mp3', false],
  ['https://records.example/9812345.mp3', true],
  ['https://records.example/9-8-1-2_3?x=4&y=5', true],
  ['https://records.example/%39%38%31%32%33%34%35', true],
  ['https://records.example/%2539%2538%2531%2532%2533%2534%2535', true],
  ['https://records.example/%E0%A5%AF%E0%A5%AE%E0%A5%A7%E0%A5%A8%E0%A5%A9%E0%A5%AA%E0%A5%AB', true],
  ['https://records.example/९८१२३४५', true],
  // Escapes are no digits, and what cannot be decoded is no reason to fail.
  ['https://records.example/%20%20%20%20', false],
  ['https://records.example/%ff%fe%', false],
])('whether %s has seven digits: %s', (address, holds) => {
  expect(holdsSevenDigits(address)).toBe(holds);
});

test.each([
  ['call-2345210', ['+919812345210'], true],
  ['x2345210y', [null, '02345210'], true],
  ['call-234-52-10', ['+919812345210'], true],
  ['call-२३४५२१०', ['+919812345210'], true],
  ['call-234521', ['+919812345210'], false],
  ['1672649960.9601', ['+919812345210', null], false],
  // Of a short number there are no seven.
  ['call-112345', ['12345'], false],
])('whether %s has the end of one of %j in it: %s', (text, numbers, holds) => {
  expect(holdsNumber(text, numbers)).toBe(holds);
});

// What takes the square of a text's length would not end in time.
test.each(['a', '@', 'a@', 'a.', '1\u200b', '1   ', '(1', 'a@b'])(
  'a text of a million characters is masked: %j',
  (part) => {
    for (const end of ['', '@', '@b', ' 9812345210']) {
      const shown = maskText(part.repeat(1_000_000 / part.length) + end);
      expect(shown).not.toContain('9812345210');
    }
  },
);
