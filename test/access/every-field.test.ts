import { type GraphQLField, type GraphQLObjectType, isObjectType } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Scope, scopes } from '../../src/access/viewer.ts';
import { type AccessRule, rulesOfField } from '../../src/graphql/access-marks.ts';
import { buildSchema } from '../../src/graphql/schema.ts';
import { type FieldWorld, type Seen, startFieldWorld } from './field-world.ts';

const schema = buildSchema();
let world: FieldWorld;
beforeAll(async () => {
  world = await startFieldWorld();
});
afterAll(() => world?.close());

type Field = { type: GraphQLObjectType; field: GraphQLField<unknown, unknown> };

const fields: Field[] = Object.values(schema.getTypeMap())
  .filter(isObjectType)
  .filter(({ name }) => !name.startsWith('__'))
  .flatMap((type) => Object.values(type.getFields()).map((field) => ({ type, field })));

const nameOf = ({ type, field }: Field) => `${type.name}.${field.name}`;

/** No scope, each alone, each with what opens the rows around it, all but one, and all. */
const scopeSets: Scope[][] = [
  [],
  ...scopes.map((scope) => [scope]),
  ...(['calls', 'metrics', 'inbox'] as const).flatMap((base) =>
    scopes.filter((scope) => scope !== base).map((scope) => [base, scope]),
  ),
  ['inbox', 'numbers', 'recordings'],
  ['inbox', 'replay'],
  ...scopes.map((scope) => scopes.filter((one) => one !== scope)),
  [...scopes],
];

type Decision = 'shown' | AccessRule['otherwise'];
const weight: Decision[] = ['shown', 'masked', 'empty', 'null', 'refused'];

/** What is declared that a viewer gets; `path`: the rules of whatever leads to the field. */
function declared(field: Field['field'], path: readonly AccessRule[], held: readonly Scope[]): Decision {
  const unmet = ({ any }: AccessRule) => !any.some((scope) => held.includes(scope));
  if (path.some((rule) => rule.otherwise === 'refused' && unmet(rule))) return 'refused';
  const decisions = (rulesOfField(field) ?? []).filter(unmet).map(({ otherwise }): Decision => otherwise);
  return decisions.reduce((a, b) => (weight.indexOf(a) > weight.indexOf(b) ? a : b), 'shown');
}

test('for every field it is declared who is shown it', () => {
  expect(fields.length).toBeGreaterThan(280);
  expect(fields.filter(({ field }) => rulesOfField(field) === undefined).map(nameOf)).toEqual([]);
});

test('whatever is declared names scopes that there are', () => {
  const rules = fields.flatMap(({ field }) => rulesOfField(field) ?? []);
  for (const { any, otherwise } of rules) {
    for (const scope of any) expect(scopes).toContain(scope);
    expect(weight).toContain(otherwise);
  }
});

const types = [...new Set(fields.map(({ type }) => type))];

test.each(types.map((type) => [type.name, type] as const))(
  'each field of %s is for each viewer what is declared',
  async (_name, type) => {
    const asked = fields
      .filter((one) => one.type === type)
      .flatMap(({ field }) => world.waysTo(type, field).map((way) => ({ way, field, what: way.root(field.name) })));
    const ways = asked.map(({ way }) => way);
    const full = await world.ask(ways, scopes, 'all');
    for (const [n, { field, what }] of asked.entries()) {
      expect(full[n], what).toMatchObject({ errors: [], value: full[n]?.value });
      const canBeWithheld = rulesOfField(field)?.some(({ otherwise }) => otherwise !== 'refused');
      // What is not there cannot be seen to be withheld.
      if (canBeWithheld) expect(full[n]?.value, what).toBeTruthy();
      expect(full[n]?.value, what).not.toBeUndefined();
    }
    const wrong: string[] = [];
    for (const [i, held] of scopeSets.entries()) {
      // Of one account every third, for time: that scopes and accounts do not meddle with each other shows soon.
      for (const account of i % 3 === 0 ? (['all', 'own'] as const) : (['all'] as const)) {
        const seen = await world.ask(ways, held, account);
        for (const [n, { way, field, what }] of asked.entries()) {
          const decision = declared(field, way.path.flatMap(rulesOf), held);
          const got = decisionOf(seen[n] as Seen, full[n]?.value, way.isAlike);
          if (got === decision) continue;
          wrong.push(
            `${what} is ${got} for [${held.join()}] of ${account}, not ${decision}: ${JSON.stringify(seen[n])}`,
          );
        }
      }
    }
    expect(wrong).toEqual([]);
    const others = JSON.stringify(await world.ask(ways, scopes, 'other'));
    for (const secret of world.secrets) expect(others).not.toContain(secret);
  },
);

function rulesOf(coordinate: string): readonly AccessRule[] {
  const [type = '', name = ''] = coordinate.split('.');
  const field = (schema.getType(type) as GraphQLObjectType).getFields()[name];
  if (!field) throw new Error(`there is no ${coordinate}`);
  return rulesOfField(field) ?? [];
}

/** What a viewer got, beside what is there. */
function decisionOf({ value, errors }: Seen, full: unknown, isAlike: (a: unknown, b: unknown) => boolean): string {
  if (errors.length > 0)
    return errors.every(({ extensions }) => extensions.code === 'FORBIDDEN') ? 'refused' : 'failed';
  if (isAlike(value, full)) return 'shown';
  if (value === null) return 'null';
  if (Array.isArray(value) && value.length === 0) return 'empty';
  const text = JSON.stringify(value);
  // A country's code tells of nobody.
  const [code = ''] = /(?<=^"\+)\d+(?= )/.exec(text) ?? [];
  const digitsIn = (of: string) => of.replace(/\D/g, '').length - code.length;
  return /•/.test(text) && digitsIn(text) * 2 <= digitsIn(String(full)) ? 'masked' : 'something else';
}
