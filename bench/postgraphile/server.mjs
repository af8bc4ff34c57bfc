import { createServer } from 'node:http';
import { PgAggregatesPreset } from '@graphile/pg-aggregates';
import { postgraphile } from 'postgraphile';
import { makePgService } from 'postgraphile/adaptors/pg';
import { grafserv } from 'postgraphile/grafserv/node';
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber';
import { addPgTableCondition, makePgSmartTagsPlugin } from 'postgraphile/utils';

const [, , connectionString, port] = process.argv;

// No foreign key tells PostGraphile that a call has an agent and a campaign: a smart tag does.
const relations = makePgSmartTagsPlugin({
  kind: 'class',
  match: 'calls',
  tags: {
    foreignKey: [
      '(agent_id, account_id) references agents (id, account_id)|@fieldName agent|@foreignFieldName calls',
      '(campaign_id, account_id) references campaigns (id, account_id)|@fieldName campaign|@foreignFieldName calls',
    ],
  },
});

// Nor does it have a condition on a range.
const startedAt = (name, sign) =>
  addPgTableCondition(
    { schemaName: 'public', tableName: 'calls' },
    name,
    ({ graphql }) => ({ type: graphql.GraphQLString }),
    (value, { sql, sqlTableAlias }) =>
      sql`${sqlTableAlias}.started_at ${sign === '<' ? sql`<` : sql`>=`} ${sql.value(value)}::timestamptz`,
  );

const pgl = postgraphile({
  extends: [PostGraphileAmberPreset, PgAggregatesPreset],
  plugins: [relations, startedAt('startedFrom', '>='), startedAt('startedTo', '<')],
  // It would allow conditions and orders on columns that lead an index without a condition, and on no others.
  disablePlugins: ['PgIndexBehaviorsPlugin'],
  pgServices: [makePgService({ connectionString, schemas: ['public'], poolConfig: { max: 10 } })],
  grafserv: { graphqlPath: '/graphql', graphiql: false, watch: false },
  grafast: { explain: false },
});
const server = createServer();
await pgl.createServ(grafserv).addTo(server);
server.listen(Number(port), '127.0.0.1');
