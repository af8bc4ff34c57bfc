import { bracketOf, charactersOf } from './characters-of.ts';
import { mask } from './digit-runs.ts';

const parts = /^(\p{L}?)(.*)@.*?(\.\p{L}+)?$/su;

/** An e-mail address as it is shown where numbers are masked: `r•••••••@•••••••.com`. What is none is hidden wholly. */
export function maskEmail(email: string): string {
  const found = parts.exec(email);
  if (!found) return mask;
  const [, first, others, ending = ''] = found;
  return `${others === '' ? '' : first}${mask}@${mask}${ending}`;
}

/** The letter that an address begins with, and its ending, for PostgreSQL: the letters are named to it. */
export function shownEmailPatterns(): { firstLetter: string; ending: string } {
  const letters = bracketOf(charactersOf(['\\p{L}'])[0] as number[]);
  return { firstLetter: `^${letters}`, ending: `\\.${letters}+$` };
}
