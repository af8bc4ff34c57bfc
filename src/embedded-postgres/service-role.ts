import pg from 'pg';
import { type EmbeddedAddress, embeddedDatabase, embeddedUrl } from './embedded-url.ts';

/** Whom the service and its commands work as on an embedded server: the owner of its database, and no superuser. */
export const serviceRole = 'call_analytics';

/**
 * Makes the service's role and its database, where there are none, and gives it what earlier versions made as superuser.
 * `address` is the superuser's.
 */
export async function keepServiceRole(address: EmbeddedAddress, password: string): Promise<void> {
  await withClient({ ...address, database: 'postgres' }, async (client) => {
    const role = await client.query('select from pg_roles where rolname = $1', [serviceRole]);
    if (role.rowCount === 0) await client.query(`create role ${serviceRole}`);
    const secret = client.escapeLiteral(password);
    await client.query(`alter role ${serviceRole} login nosuperuser nocreaterole nocreatedb password ${secret}`);
    const database = await client.query('select from pg_database where datname = $1', [embeddedDatabase]);
    if (database.rowCount === 0) await client.query(`create database ${embeddedDatabase} owner ${serviceRole}`);
  });
  await withClient(address, async (client) => {
    const { rows } = await client.query<{ command: string }>(findForeign, [serviceRole]);
    if (rows.length === 0) return;
    // All or nothing, in one implicit transaction.
    await client.query(rows.map(({ command }) => command).join(';\n'));
  });
}

// A sequence of a column goes with its table, and a type of a table or an array with what it is of.
const findForeign = `
  with spaces as (
    select oid, nspname, nspowner from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'
  ), role as (select oid from pg_roles where rolname = $1)
  select format('alter database %I owner to %I', datname, $1::text) as command
    from pg_database, role where datname = current_database() and datdba <> role.oid
  union all
  select format('alter schema %I owner to %I', nspname, $1)
    from spaces, role where nspname <> 'public' and nspowner <> role.oid
  union all
  select format('alter table %I.%I owner to %I', nspname, relname, $1)
    from pg_class join spaces on spaces.oid = relnamespace, role
    where relkind in ('r', 'p', 'v', 'm', 'S') and relowner <> role.oid and not exists (
      select from pg_depend where classid = 'pg_class'::regclass and objid = pg_class.oid and relkind = 'S'
        and deptype in ('a', 'i'))
  union all
  select format('alter type %I.%I owner to %I', nspname, typname, $1)
    from pg_type join spaces on spaces.oid = typnamespace, role
    where typtype in ('e', 'd') and typowner <> role.oid
  union all
  select format('alter routine %s owner to %I', pg_proc.oid::regprocedure, $1)
    from pg_proc join spaces on spaces.oid = pronamespace, role where proowner <> role.oid`;

async function withClient(address: EmbeddedAddress, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: embeddedUrl(address), application_name: 'roles' });
  client.on('error', () => {}); // the statement that runs then says so
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
