import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { digitRun, digitsForDatabase, mask } from './digit-runs.ts';

// What is shorter has no seven digits.
const shortest = 7;

/** A text as it is shown where numbers are masked: what may be a number in it is hidden. */
export function maskText(text: string): string {
  return text.length < shortest ? text : text.replace(digitRun, mask);
}

/** The same in SQL. */
export function maskTextSql(text: SQLWrapper): SQL {
  return sql`regexp_replace(${text}, ${digitsForDatabase().pattern}, ${mask}, 'g')`;
}
