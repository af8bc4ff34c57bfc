import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { noteChange } from '../access/log/note-change.ts';
import { commandLine } from '../access/viewer.ts';
import type { Database } from '../postgres/client.ts';
import { readTimestamp } from '../postgres/columns.ts';
import { StartupError } from '../startup-error.ts';
import type { Instant } from '../time/instant.ts';
import { biRoleAccounts } from './bi-role.table.ts';
import { findRoleFacts, type RoleFacts } from './role-facts.ts';
import { type RoleStatement, statementsToDrop, statementsToMake } from './role-statements.ts';
import { scramVerifier } from './scram-verifier.ts';
import { BucketWriter } from './write-buckets.ts';
import { writeMasks } from './write-masks.ts';

/** What is to be run for a role, and what is known of where. */
export type RoleWork = { facts: RoleFacts; statements: RoleStatement[] };
export type WantedRole = { name: string; accountIds: readonly number[]; seesNumbers: boolean; seconds: number };

/**
 * Notes which accounts a role shall see, and tells the statements that make it, and its password, which is known to nobody else.
 * What the views need of the service is written, too.
 */
export async function createBiRole(
  db: Database,
  { name, accountIds, seesNumbers, seconds }: WantedRole,
  now: Instant,
): Promise<RoleWork & { password: string }> {
  const facts = await findRoleFacts(db);
  const { rows } = await db.execute(sql`select from pg_roles where rolname = ${name}`);
  if (rows.length > 0) throw taken(name);
  await db.transaction(async (tx) => {
    const roleAccounts = accountIds.map((accountId) => ({ roleName: name, accountId, seesNumbers, createdAt: now }));
    const { rowCount } = await tx.insert(biRoleAccounts).values(roleAccounts).onConflictDoNothing();
    if (rowCount !== accountIds.length) throw taken(name);
    await noteChange(tx, commandLine, { what: `BI role ${name} made` }, now);
  });
  await writeMasks(db);
  await new BucketWriter().run(db, { now: Date.parse(now) });
  const password = randomBytes(24).toString('base64url');
  return {
    facts,
    password,
    statements: statementsToMake({ name, seesNumbers, seconds, verifier: scramVerifier(password) }, facts),
  };
}

/** Takes all rows from a role at once, and tells the statements that end it. */
export async function dropBiRole(db: Database, name: string): Promise<RoleWork> {
  const facts = await findRoleFacts(db);
  await db.transaction(async (tx) => {
    const { rowCount } = await tx.delete(biRoleAccounts).where(sql`${biRoleAccounts.roleName} = ${name}`);
    if (rowCount === 0)
      throw new StartupError(`There is no BI role ${name}: npm run bi-role -- list shows those there are.`);
    await noteChange(tx, commandLine, { what: `BI role ${name} dropped` });
  });
  const { rows } = await db.execute(sql`select from pg_roles where rolname = ${name}`);
  return { facts, statements: rows.length > 0 ? statementsToDrop(name) : [] };
}

export type BiRole = {
  name: string;
  accountIds: number[];
  seesNumbers: boolean;
  createdAt: Instant;
  /** Whether the database has it: somebody else may have to make it. */
  isThere: boolean;
  connections: number;
};

/** All BI roles, by name. */
export async function listBiRoles(db: Database): Promise<BiRole[]> {
  const { rows } = await db.execute<BiRole>(sql`
    select role_name as name, array_agg(account_id order by account_id) as "accountIds",
      bool_or(sees_numbers) as "seesNumbers", min(created_at)::text as "createdAt",
      exists (select from pg_roles where rolname = role_name) as "isThere",
      (select count(*)::integer from pg_stat_activity where usename = role_name) as connections
    from ${biRoleAccounts} group by role_name order by role_name collate "C"`);
  return rows.map((role) => ({ ...role, createdAt: readTimestamp(role.createdAt) }));
}

const taken = (name: string) => new StartupError(`There is a role ${name} already: choose another --name.`);
