/** Where an embedded server listens, and as whom. Default: its superuser, on the service's database. */
export type EmbeddedAddress = { port: number; password: string; user?: string; database?: string };

export const embeddedDatabase = 'call_analytics';

/** The URL of a database of an embedded server. */
export function embeddedUrl(address: EmbeddedAddress): string {
  const { port, password, user = 'postgres', database = embeddedDatabase } = address;
  // sslmode: a PGSSLMODE meant for another server must not reach this one.
  return `postgres://${user}:${password}@127.0.0.1:${port}/${database}?sslmode=disable`;
}
