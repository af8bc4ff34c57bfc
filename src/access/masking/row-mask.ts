/** What is shown of a text; null: nothing. */
export type Mask = (text: string) => string | null;

export const asItIs: Mask = (text) => text;
export const hidden: Mask = () => null;

/** The names of what is text in a row; words of an enum tell nothing. */
type TextOf<Row> = { [Name in keyof Row]-?: string extends Row[Name] ? Name : never }[keyof Row];

/** How each text of a row is shown to who may not see numbers: a new one has to say so, too. */
export type Masks<Row> = Readonly<Record<TextOf<Row>, Mask>>;

/** Makes of rows, or parts of them, what is shown. */
export type RowMask<Row> = <Seen extends Partial<Row>>(row: Seen) => Seen;

/** The mask of rows from those of their texts. */
export function rowMask<Row extends object>(masks: Masks<Row>): RowMask<Row> {
  const changing = Object.entries<Mask>(masks).filter(([, one]) => one !== asItIs);
  return (row) => {
    const shown: Record<string, unknown> = { ...row };
    for (const [name, one] of changing) {
      const text = shown[name];
      if (typeof text === 'string') shown[name] = one(text);
    }
    return shown as typeof row;
  };
}
