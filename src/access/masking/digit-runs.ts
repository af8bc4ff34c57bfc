import { asciiDigits } from '../../phone-numbers/ascii-digits.ts';
import { bracketOf, charactersOf } from './characters-of.ts';

/** Stands for what is hidden; of one length, whatever that is. */
export const mask = '•••••••';

// Sets of characters, as regular expressions with the flag v write them, which have none in common.
const digits = String.raw`\p{Nd}`;
/** Whatever people write between the digits of a number: a space, and the punctuation of ASCII and what is read as such. */
const separators = String.raw`\p{White_Space}!-\/:-@\[-\x60\{-~\xb7\p{Pd}\u2026\u2212\u2024\u2044\u2215\uff08\uff09\uff0e\uff0f`;
/** What nobody sees, and marks on the character before. */
const invisibles = String.raw`[\p{Cc}\p{Cf}\p{M}\p{Default_Ignorable_Code_Point}]--[\p{White_Space}]`;

/** Seven or more digits, between each two of which there are at most four separators, as in "(98123) - 45678". */
const runOf = (digit: string, separator: string, invisible: string) =>
  `${digit}(?:${invisible}*(?:${separator}${invisible}*){0,4}${digit}){6,}`;

/** Finds what may be a number in a text: digits of any script. */
export const digitRun = new RegExp(runOf(`[${digits}]`, `[${separators}]`, `[${invisibles}]`), 'gv');

/** The same for the database, which would class characters by its locale: they are named to it. */
export type ForDatabase = {
  /** The pattern of digitRun. */
  pattern: string;
  /** The digits that ASCII has not, and at the same places those that it has for them. */
  otherDigits: string;
  asciiDigits: string;
};

let known: ForDatabase | undefined;

/** Worked out when it is first needed, which takes a tenth of a second. */
export function digitsForDatabase(): ForDatabase {
  known ??= name();
  return known;
}

function name(): ForDatabase {
  const [digit, separator, invisible] = charactersOf([digits, separators, invisibles]) as [
    number[],
    number[],
    number[],
  ];
  const otherDigits = String.fromCodePoint(...digit.filter((point) => point > 0x7f));
  return {
    pattern: runOf(bracketOf(digit), bracketOf(separator), bracketOf(invisible)),
    otherDigits,
    asciiDigits: asciiDigits(otherDigits),
  };
}
