import { createHmac } from 'node:crypto';
import pg from 'pg';

/** Whom the service and its commands work as on an embedded server: the owner of its database, and no superuser. */
export const serviceRole = 'call_analytics';

const serviceDatabase = 'call_analytics';

/** The URL of a database of an embedded server, as its superuser. */
export function superuserUrl(port: number, password: string, database = serviceDatabase): string {
  // sslmode: a PGSSLMODE meant for another server must not reach this one.
  return `postgres://postgres:${password}@127.0.0.1:${port}/${database}?sslmode=disable`;
}

/** The URL of the service's database, as its role. The role's password follows from the superuser's, and tells nothing of it. */
export function serviceUrl(port: number, superuserPassword: string): string {
  const url = new URL(superuserUrl(port, superuserPassword));
  url.username = serviceRole;
  url.password = createHmac('sha256', superuserPassword).update(serviceRole).digest('base64url');
  return url.href;
}

/** Makes the service's role and its database, where there are none, and gives it what earlier versions made as superuser. */
export async function keepServiceRole(port: number, superuserPassword: string): Promise<string> {
  const url = serviceUrl(port, superuserPassword);
  await withClient(superuserUrl(port, superuserPassword, 'postgres'), async (client) => {
    const role = await client.query('select from pg_roles where rolname = $1', [serviceRole]);
    if (role.rowCount === 0) await client.query(`create role ${serviceRole}`);
    const password = client.escapeLiteral(new URL(url).password);
    await client.query(`alter role ${serviceRole} login nosuperuser nocreaterole nocreatedb password ${password}`);
    const database = await client.query('select from pg_database where datname = $1', [serviceDatabase]);
    if (database.rowCount === 0) await client.query(`create database ${serviceDatabase} owner ${serviceRole}`);
    // Whoever has a role here has it for the service's database.
    await client.query('revoke connect on database postgres, template1 from public');
  });
  await withClient(superuserUrl(port, superuserPassword), async (client) => {
    const { rows } = await client.query<{ command: string }>(findForeign, [serviceRole]);
    // All or nothing, in one implicit transaction.
    if (rows.length > 0) await client.query(rows.map(({ command }) => command).join(';\n'));
  });
  return url;
}

// The views of the schema bi have an owner of their own. A sequence of a column goes with its table, and a type of a table or an array with what it is of.
const findForeign = `
  with spaces as (
    select oid, nspname, nspowner from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'
  )
  select format('alter %s %s owner to %I', kind, name, $1::text) as command from (
    select 'database', quote_ident(datname), datdba from pg_database where datname = current_database()
    union all select 'schema', quote_ident(nspname), nspowner from spaces where nspname <> 'public'
    union all select 'table', oid::regclass::text, relowner from pg_class
      where relnamespace in (select oid from spaces) and relkind in ('r', 'p', 'v', 'm', 'S')
      and not (relkind = 'v' and relnamespace::regnamespace::text = 'bi') and not exists (
        select from pg_depend where classid = 'pg_class'::regclass and objid = pg_class.oid and relkind = 'S'
          and deptype in ('a', 'i'))
    union all select 'type', oid::regtype::text, typowner from pg_type
      where typnamespace in (select oid from spaces) and typtype in ('e', 'd')
  ) as objects (kind, name, owner) where owner <> $1::text::regrole`;

async function withClient(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'roles' });
  client.on('error', () => {}); // the statement that runs then says so
  await client.connect();
  await work(client).finally(() => client.end());
}
