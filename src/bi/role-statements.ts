import { randomBytes } from 'node:crypto';
import type { RoleFacts } from './role-facts.ts';

/** A statement, and who may run it: a superuser alone, or also a role with CREATEROLE that owns the database and its tables. */
export type RoleStatement = { text: string; needsSuperuser: boolean };

export type NewRole = {
  name: string;
  /** What is kept of the password. */
  verifier: string;
  seesNumbers: boolean;
  /** So long a statement may take. */
  seconds: number;
};

const connections = 10;
/** What the views read. */
const readTables = [
  'accounts',
  'agents',
  'bi_buckets',
  'bi_masks',
  'bi_role_accounts',
  'call_groups',
  'calls',
  'campaigns',
  'customers',
  'virtual_numbers',
];
export const maskedViews = [
  'calls_masked',
  'accounts',
  'agents',
  'campaigns',
  'call_groups',
  'virtual_numbers',
  'customers',
  'daily_metrics',
  'hourly_metrics',
];
const unmaskedView = 'calls';

const byOwner = (text: string): RoleStatement => ({ text, needsSuperuser: false });
const bySuperuser = (text: string): RoleStatement => ({ text, needsSuperuser: true });

/** The statements that make a role, and before the first one what all of them need. */
export function statementsToMake(role: NewRole, facts: RoleFacts): RoleStatement[] {
  const name = identifier(role.name);
  const views = [...maskedViews, ...(role.seesNumbers ? [unmaskedView] : [])].map((view) => `bi.${view}`).join(', ');
  return [
    ...(facts.viewOwner === facts.owner ? givingViewsAway(facts) : []),
    ...closing(facts),
    byOwner(`create role ${name} login password ${literal(role.verifier)} connection limit ${connections}`),
    byOwner(`alter role ${name} set default_transaction_read_only = on`),
    byOwner(`alter role ${name} set statement_timeout = '${role.seconds}s'`),
    byOwner(`alter role ${name} set idle_in_transaction_session_timeout = '${role.seconds}s'`),
    byOwner(`alter role ${name} set search_path = bi`),
    bySuperuser(`alter role ${name} set temp_file_limit = '2GB'`),
    // So that the service sees what it does, and can end it.
    byOwner(`grant ${name} to ${identifier(facts.service)}`),
    byOwner(`grant connect on database ${identifier(facts.database)} to ${name}`),
    byOwner(`grant usage on schema bi to ${name}`),
    byOwner(`grant select on ${views} to ${name}`),
  ];
}

/** The statements that end a role and its connections. */
export function statementsToDrop(roleName: string): RoleStatement[] {
  const name = identifier(roleName);
  return [
    `alter role ${name} nologin`,
    `select pg_terminate_backend(pid) from pg_stat_activity where usename = ${literal(roleName)}`,
    `drop owned by ${name}`,
    `drop role ${name}`,
  ].map(byOwner);
}

/** The views read by the rights of their owner: one that cannot log in, and sees nothing but what they read. */
function givingViewsAway({ tables, owner }: RoleFacts): RoleStatement[] {
  const viewOwner = identifier(`bi_views_${randomBytes(4).toString('hex')}`);
  const read = readTables.map((table) => `${tables}.${table}`).join(', ');
  return [
    `create role ${viewOwner} nologin`,
    // So that later migrations can change the views.
    `grant ${viewOwner} to ${identifier(owner)}`,
    `grant usage on schema ${tables} to ${viewOwner}`,
    `grant select on ${read} to ${viewOwner}`,
    `grant usage, create on schema bi to ${viewOwner}`,
    ...[...maskedViews, unmaskedView].map((view) => `alter view bi.${view} owner to ${viewOwner}`),
    `revoke create on schema bi from ${viewOwner}`,
  ].map(byOwner);
}

/** What every role of a server may do in a database unless it is taken from all. */
function closing({ database, tables, service, owner }: RoleFacts): RoleStatement[] {
  const own = [...new Set([service, owner])].map(identifier).join(', ');
  return [
    byOwner(`revoke create, temporary on database ${identifier(database)} from public`),
    byOwner(`revoke create on schema ${tables} from public`),
    // The service waits for advisory locks; large objects and messages in the log take room on the disk.
    bySuperuser(`do $do$ declare one regprocedure; begin
  for one in select oid from pg_proc where pronamespace = 'pg_catalog'::regnamespace
    and proname ~ '^(pg_(try_)?advisory_|pg_logical_emit_message|lo_|lowrite|loread)' loop
    execute format('revoke execute on function %s from public', one);
    execute format('grant execute on function %s to %s', one, ${literal(own)});
  end loop;
end $do$`),
  ];
}

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
