import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { digitRun, digitsForDatabase, mask } from './digit-runs.ts';

// What is shorter has neither seven digits nor an address: a@b.c.
const shortest = 5;

/** An e-mail address, as the database's patterns can write it, too. */
const address = String.raw`[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+`;
const addresses = new RegExp(address, 'g');

/** A text as it is shown where numbers are masked: what may be a number or an e-mail address in it is hidden. */
export function maskText(text: string): string {
  return text.length < shortest ? text : text.replace(addresses, mask).replace(digitRun, mask);
}

/** The same in SQL. */
export function maskTextSql(text: SQLWrapper): SQL {
  const withoutAddresses = sql`regexp_replace(${text}, ${address}, ${mask}, 'g')`;
  return sql`regexp_replace(${withoutAddresses}, ${digitsForDatabase().pattern}, ${mask}, 'g')`;
}
