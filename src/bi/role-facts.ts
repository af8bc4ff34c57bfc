import { sql } from 'drizzle-orm';
import type { Database } from '../postgres/client.ts';

/** What is known of a database before a role is made in it or dropped. */
export type RoleFacts = {
  database: string;
  /** Where the tables are. */
  tables: string;
  /** Who asks: the role that the service runs as. */
  service: string;
  /** Who owns the tables, and applies migrations. */
  owner: string;
  /** Who owns the views; the same as before the first role was made. */
  viewOwner: string;
  isSuperuser: boolean;
  /** Whether who asks may do all but what needs a superuser. */
  mayMakeRoles: boolean;
};

export async function findRoleFacts(db: Database): Promise<RoleFacts> {
  const { rows } = await db.execute<RoleFacts>(sql`
    select current_database()::text as database, tables.relnamespace::regnamespace::text as tables,
      current_user::text as service, pg_get_userbyid(tables.relowner)::text as owner,
      pg_get_userbyid(views.relowner)::text as "viewOwner", rolsuper as "isSuperuser",
      rolsuper or (rolcreaterole and pg_has_role(datdba, 'USAGE') and pg_has_role(tables.relowner, 'USAGE')
        and pg_has_role(views.relowner, 'USAGE')) as "mayMakeRoles"
    from pg_roles, pg_database, pg_class as tables, pg_class as views join pg_namespace on pg_namespace.oid = views.relnamespace
    where rolname = current_user and datname = current_database()
    and tables.oid = 'calls'::regclass and nspname = 'bi' and views.relname = 'calls'`);
  if (!rows[0]) throw new Error('the views of the schema bi are not there');
  return rows[0];
}
