import { startupLine } from '../../startup-error.ts';

/** By SQLSTATE, or the code of Node or OpenSSL: what is wrong, and what to do. */
const known: readonly [codes: RegExp, say: (at: Address) => string][] = [
  [/^28P01$/, ({ user }) => `the password of the user ${user} is wrong: correct it in DATABASE_URL`],
  [
    /^28000$/,
    ({ user, host }) =>
      `the user ${user} is not there or may not log in from here: make the role (create role ... login), and let it in by pg_hba.conf on ${host}`,
  ],
  [
    /^3D000$/,
    ({ database }) =>
      `there is no database ${database}: make it (create database ${database} encoding 'UTF8' template template0), or name another one in DATABASE_URL`,
  ],
  [
    /^42501$/,
    ({ user, database }) => `the user ${user} may not connect to the database ${database}: grant connect on it`,
  ],
  [/^53300$/, () => 'the server has no connection left: raise its max_connections, or end other clients'],
  [/^57P03$/, () => 'the server is starting up or shutting down: try again when it takes connections'],
  [
    /^(ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT)$/,
    ({ host, port }) =>
      `no PostgreSQL answers at ${host}, port ${port}: start it, or correct host and port in DATABASE_URL`,
  ],
  [
    /^(ENOTFOUND|EAI_AGAIN)$/,
    ({ host }) => `nobody knows the host ${host}: correct it in DATABASE_URL, or the name service of this machine`,
  ],
  [/^ENOENT$/, ({ host }) => `there is no such socket or certificate file (host ${host}): correct DATABASE_URL`],
  [
    /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT(_LOCALLY)?)|CERT_\w+|ERR_TLS_\w+)$/,
    () =>
      'its TLS certificate is not trusted (sslmode=require checks it here, like verify-full): add sslrootcert=/path/to/ca.pem to DATABASE_URL, or sslmode=no-verify to encrypt without checking who answers',
  ],
];

type Address = { user: string; host: string; port: string; database: string };

/** Why no connection came about, in one line: what is wrong, and what to do. No password is in it. */
export function connectProblem(error: unknown, url: string): string {
  const reason = error instanceof AggregateError ? (error.errors[0] ?? error) : error;
  const code = String((reason as { code?: unknown } | null)?.code ?? '');
  const said = startupLine(reason);
  const say = known.find(([codes]) => codes.test(code))?.[1];
  if (say) return `${say(addressOf(url))} (${code})`;
  if (/does not support SSL/.test(said)) return `${said}: use sslmode=disable in DATABASE_URL, or switch TLS on there`;
  return said;
}

function addressOf(url: string): Address {
  const { username, hostname, port, pathname, searchParams } = new URL(url);
  return {
    user: decodeURIComponent(username) || '(none given)',
    host: searchParams.get('host') ?? (hostname || 'localhost'),
    port: port || '5432',
    database: decodeURIComponent(pathname.slice(1)) || decodeURIComponent(username),
  };
}
