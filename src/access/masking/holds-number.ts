import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { asciiDigits } from '../../phone-numbers/ascii-digits.ts';
import { digitsOf } from '../../phone-numbers/number-finder.ts';
import { countDigits } from './count-digits.ts';
import { digitsForDatabase } from './digit-runs.ts';

/** So many digits at the end of a number tell whose it is. */
const telling = 7;

const asciiDigitsOf = (text: string) => digitsOf(asciiDigits(text));

/** Whether a text has the last seven digits of one of some numbers in it, whatever stands between them. */
export function holdsNumber(text: string, numbers: readonly (string | null | undefined)[]): boolean {
  const digits = asciiDigitsOf(text);
  if (digits.length < telling) return false;
  return numbers.some((number) => {
    const end = number ? endOf(number) : '';
    return end.length === telling && digits.includes(end);
  });
}

/** The last digits of a number; of most these are its last characters. */
function endOf(number: string): string {
  const end = number.slice(-telling);
  return countDigits(end) === telling ? end : asciiDigitsOf(number).slice(-telling);
}

/** The same in SQL. */
export function holdsNumberSql(text: SQLWrapper, numbers: readonly SQLWrapper[]): SQL {
  const { otherDigits, asciiDigits: same } = digitsForDatabase();
  // Looking for hundreds of digits in each text takes long, and nearly all texts have ASCII alone: as many bytes as characters.
  const ascii = (of: SQLWrapper) =>
    sql`case when octet_length(${of}) = length(${of}) then ${of} else translate(${of}, ${otherDigits}, ${same}) end`;
  const digits = (of: SQLWrapper) => sql`regexp_replace(${ascii(of)}, '[^0-9]', '', 'g')`;
  const end = sql`right(${digits(sql.raw('number'))}, ${sql.raw(String(telling))})`;
  return sql`exists (select from unnest(array[${sql.join([...numbers], sql`, `)}]) as number
    where length(${end}) = ${sql.raw(String(telling))} and position(${end} in ${digits(text)}) > 0)`;
}
