import { readFileSync } from 'node:fs';
import { type FieldDefinitionNode, Kind, type ObjectTypeDefinitionNode, parse } from 'graphql';

/** A column, and what it is: the description of a field of the schema, or words of its own. */
export type ViewColumn = { name: string; sql: string } & (
  | { about: string; field?: undefined }
  | { field: { type: string; name: string }; about?: undefined }
);

export type View = {
  name: string;
  about: string;
  columns: readonly ViewColumn[];
  /** In which `r` is the row of bi_role_accounts. */
  from: string;
};

/** What a view reads by which masks are made. */
export const masked = 'cross join bi_masks as m';

let types: ReadonlyMap<string, ObjectTypeDefinitionNode> | undefined;

/** A field of schema.graphql, by its name or as a column is called. */
export function fieldOf(type: string, name: string): FieldDefinitionNode {
  types ??= new Map(
    parse(readFileSync('schema.graphql', 'utf8')).definitions.flatMap((one) =>
      one.kind === Kind.OBJECT_TYPE_DEFINITION ? [[one.name.value, one]] : [],
    ),
  );
  const spelt = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const found = types.get(type)?.fields?.find((field) => field.name.value === spelt);
  if (!found) throw new Error(`${type} has no field ${spelt}`);
  return found;
}

/** What a column is. */
export function aboutColumn({ field, about }: ViewColumn): string {
  return about ?? fieldOf(field.type, field.name).description?.value.replace(/\s+/g, ' ') ?? '';
}

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** The statement that makes a view. */
export function createView({ name, columns, from }: View): string {
  const shown = columns.map(({ name: column, sql }) => `${sql} as ${column}`).join(',\n  ');
  return `create view bi.${name} with (security_barrier) as select\n  ${shown}\nfrom ${from}\nwhere r.role_name = session_user::text`;
}

/** The statements that say what a view and its columns are. */
export function describeView(view: View): string[] {
  return [
    `comment on view bi.${view.name} is ${quoted(view.about)}`,
    ...view.columns.map(
      (column) => `comment on column bi.${view.name}.${column.name} is ${quoted(aboutColumn(column))}`,
    ),
  ];
}
