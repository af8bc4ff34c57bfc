import { sql } from 'drizzle-orm';
import { digitsForDatabase } from '../access/masking/digit-runs.ts';
import { shownEmailPatterns } from '../access/masking/mask-email.ts';
import { codeLengths } from '../access/masking/mask-number.ts';
import { addressPattern } from '../access/masking/mask-text.ts';
import type { Database } from '../postgres/client.ts';
import { biMasks } from './bi-mask.table.ts';

/** Tells the views of the schema bi how this service masks. How many rows were changed. */
export async function writeMasks(db: Database): Promise<number> {
  const { pattern: digitRun, otherDigits, asciiDigits } = digitsForDatabase();
  const patterns = {
    address: addressPattern,
    digitRun,
    otherDigits,
    asciiDigits,
    codeLengths: codeLengths.join(''),
    ...shownEmailPatterns(),
  };
  const { address, firstLetter, ending } = biMasks;
  const known = sql`(${address}, ${biMasks.digitRun}, ${biMasks.otherDigits}, ${biMasks.asciiDigits}, ${biMasks.codeLengths}, ${firstLetter}, ${ending})`;
  const own = sql`(${patterns.address}, ${digitRun}, ${otherDigits}, ${asciiDigits}, ${patterns.codeLengths}, ${patterns.firstLetter}, ${patterns.ending})`;
  const { rowCount } = await db
    .insert(biMasks)
    .values(patterns)
    .onConflictDoUpdate({ target: biMasks.isOnly, set: patterns, setWhere: sql`${known} is distinct from ${own}` });
  return rowCount ?? 0;
}
