import { mask } from '../../src/access/masking/digit-runs.ts';

// What src/access/masking shows, in SQL: `m` is the row of bi_masks. That both show the same is a property that a test asks for.

const hidden = `'${mask}'`;
const few = 7;

/** As maskText. */
export const maskedText = (text: string) =>
  `case when octet_length(${text}) = length(${text}) and position('@' in ${text}) = 0
    and length(translate(${text}, '0123456789', '')) > length(${text}) - ${few} then ${text}
    else regexp_replace(regexp_replace(${text}, m.address, ${hidden}, 'g'), m.digit_run, ${hidden}, 'g') end`;

/** As maskNumber. `offset 0`: the length of the code is looked up once. */
export const maskedNumber = (number: string) => {
  const digits = `(length(${number}) - 1 - code)`;
  const head = `least(2, ${digits} / 4)`;
  const tail = `least(3, ${digits} / 2 - ${head})`;
  return `case when ${number} ~ '^\\+[0-9]{8,}$' then (
    select case when code = 0 or ${digits} < ${few} then ${hidden} else left(${number}, code + 1) || ' '
      || substr(${number}, code + 2, ${head}) || repeat('•', ${digits} - ${head} - ${tail}) || right(${number}, ${tail}) end
    from (select substr(m.code_lengths, substr(${number}, 2, 3)::integer + 1, 1)::integer as code offset 0) as a)
    when ${number} is not null then ${hidden} end`;
};

/** As maskEmail. */
export const maskedEmail = (email: string) =>
  `case when position('@' in ${email}) = 0 then ${hidden} else (
    select case when length(local) > length(first) then first else '' end || ${hidden} || '@' || ${hidden}
      || coalesce(substring(domain from m.ending), '')
    from (select local, domain, coalesce(substring(local from m.first_letter), '') as first
      from (select left(${email}, length(${email}) - length(domain) - 1) as local, domain
        from (select regexp_replace(${email}, '^.*@', '') as domain) as a) as b) as c) end`;

/** As maskKeyPress, which counts a character beyond the first 65,536 for two. */
export const maskedKeys = (keys: string) =>
  `case when length(${keys}) + length(regexp_replace(${keys}, '[^\\U00010000-\\U0010ffff]', '', 'g')) > 3 then ${hidden}
    else ${keys} end`;

/** A text without what is no digit; which is taken out much faster than by a pattern. */
const digitsOf = (text: string) => {
  const ascii = `case when octet_length(${text}) = length(${text}) then ${text}
    else translate(${text}, m.other_digits, m.ascii_digits) end`;
  return `translate(${ascii}, translate(${ascii}, '0123456789', ''), '')`;
};

/** A text, hidden where it has the end of one of some numbers in it, as holdsNumber tells. */
export const hiddenWithNumber = (text: string, numbers: readonly string[]) =>
  `case when exists (select from unnest(array[${numbers.join(', ')}]) as one
    where length(right(${digitsOf('one')}, ${few})) = ${few}
      and position(right(${digitsOf('one')}, ${few}) in ${digitsOf(text)}) > 0) then ${hidden} else ${text} end`;

/** A text as it is; as an expression, of which EXPLAIN tells nothing by what the rows of others hold. */
export const asKept = (text: string) => `${text} || ''`;
