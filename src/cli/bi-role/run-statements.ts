import pg from 'pg';
import type { RoleWork } from '../../bi/bi-roles.ts';
import type { Config } from '../../config.ts';
import { findSuperuser } from '../../embedded-postgres/index.ts';

/** What is left for an administrator to run; `ran`: whether anything was. */
export type Left = { ran: boolean; statements: readonly string[] };

/**
 * Runs the statements of a role, all or none: on the service's own server as its superuser; on another one as the role of DATABASE_URL
 * where that may, and what needs a superuser only where it is one.
 */
export async function runStatements({ facts, statements }: RoleWork, config: Config): Promise<Left> {
  const url = config.DATABASE_URL ?? (await findSuperuser(config.DATA_DIR));
  const isSuperuser = facts.isSuperuser || config.DATABASE_URL === undefined;
  if (!url || !(isSuperuser || facts.mayMakeRoles))
    return { ran: false, statements: statements.map(({ text }) => text) };
  const own = statements.filter(({ needsSuperuser }) => isSuperuser || !needsSuperuser);
  const client = new pg.Client({ connectionString: url, application_name: 'bi-role command' });
  client.on('error', () => {}); // the statement that runs then says so
  await client.connect();
  try {
    await client.query('begin');
    for (const { text } of own) await client.query(text);
    await client.query('commit');
  } finally {
    await client.end();
  }
  return { ran: true, statements: statements.filter((one) => !own.includes(one)).map(({ text }) => text) };
}
