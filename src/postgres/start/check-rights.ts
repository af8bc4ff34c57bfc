import type { ClientBase } from 'pg';
import { StartupError } from '../../startup-error.ts';

type Client = Pick<ClientBase, 'query'>;

const page = 'docs/operations.md has the statements, under "Two roles"';

/** Refuses a search_path by which the tables are not found, or would be made where they cannot be. */
export async function checkSearchPath(client: Client): Promise<void> {
  const { rows } = await client.query<{ here: string | null; path: string; places: string[] }>(
    `select current_schema()::text as here, current_setting('search_path') as path,
       array(select n.nspname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relname = 'webhook_events' and c.relkind in ('r', 'p') order by 1) as places`,
  );
  const [found] = rows;
  if (!found) throw new Error('the server does not tell its search_path');
  const { here, path, places } = found;
  const set = `Set it (alter role ... set search_path = ${places[0] ?? 'public'}, or options=-csearch_path%3D${places[0] ?? 'public'} in DATABASE_URL)`;
  if (here === null) {
    throw new StartupError(
      `DATABASE_URL: the search_path ${path} leads to no schema that is there and that the role may use. ${set}, and grant usage on that schema.`,
    );
  }
  if (places.length > 0 ? !places.includes(here) : here !== 'public') {
    const where = places.length > 0 ? `the tables are in ${places.join(', ')}` : 'the tables will be in public';
    throw new StartupError(`DATABASE_URL: the search_path ${path} leads to the schema ${here}, and ${where}. ${set}.`);
  }
}

/** Whether the table of migrations is there; refuses a role that may not read it. */
export async function hasMigrationsTable(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ usage: boolean; read: boolean }>(
    `select has_schema_privilege(n.oid, 'USAGE') as usage, has_table_privilege(c.oid, 'SELECT') as read
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'drizzle' and c.relname = '__drizzle_migrations'`,
  );
  const [table] = rows;
  if (!table) return false;
  if (table.usage && table.read) return true;
  throw await missing(client, ['usage on schema drizzle', 'select on drizzle.__drizzle_migrations']);
}

/** Refuses a role that may not apply migrations, where there are some to apply. */
export async function checkMayMigrate(client: Client, pending: readonly string[]): Promise<void> {
  const { rows } = await client.query<{ may: boolean; role: string }>(
    `select current_user::text as role, has_schema_privilege(current_schema(), 'CREATE')
       and has_database_privilege(current_database(), 'CREATE')
       and not exists (select from pg_class where relnamespace = current_schema()::regnamespace
         and relname in ('calls', 'webhook_events', 'accounts') and not pg_has_role(relowner, 'USAGE')) as may`,
  );
  const [found] = rows;
  if (found?.may) return;
  throw new StartupError(
    `The database lacks the migrations ${pending.join(', ')}, and the role ${found?.role} may not apply them. Run npm run migrate with the DATABASE_URL of a role that owns the tables, or may create some (create on the database and on its schema public), and start again: ${page}.`,
  );
}

/** Refuses a role that lacks a right which the service needs at work. */
export async function checkRights(client: Client): Promise<void> {
  const { rows } = await client.query<{ grant: string }>(
    `select lower(privilege) || ' on ' || relname as grant from pg_class,
       unnest(case relkind when 'S' then '{USAGE}'::text[] else '{SELECT,INSERT,UPDATE,DELETE}' end) as privilege
     where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p', 'S')
     and (relkind = 'S' or relname = any($1))
     and not case relkind when 'S' then has_sequence_privilege(oid, privilege) else has_table_privilege(oid, privilege) end
     order by relname, privilege`,
    [ownTables],
  );
  if (rows.length > 0) {
    throw await missing(
      client,
      rows.map(({ grant }) => grant),
    );
  }
}

const ownTables = [
  'accounts',
  'account_secrets',
  'agents',
  'bi_buckets',
  'bi_masks',
  'bi_role_accounts',
  'call_chunk_marks',
  'call_chunks',
  'call_groups',
  'calls',
  'campaigns',
  'customers',
  'retention_waits',
  'virtual_numbers',
  'webhook_arrivals',
  'webhook_events',
  'write_marks',
];

async function missing(client: Client, rights: readonly string[]): Promise<StartupError> {
  const { rows } = await client.query<{ role: string }>('select current_user::text as role');
  return new StartupError(
    `The role ${rows[0]?.role} of DATABASE_URL lacks rights: ${rights.join(', ')}. Grant them: ${page}.`,
  );
}
