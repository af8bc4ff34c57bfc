/** The address of the service's database as BI tools are given it: of another role, or without any. */
export function biUrl(databaseUrl: string, role?: { name: string; password: string }): string {
  const url = new URL(databaseUrl);
  url.username = role?.name ?? '';
  url.password = role?.password ?? '';
  for (const name of [...url.searchParams.keys()]) {
    if (!kept.includes(name)) url.searchParams.delete(name);
  }
  return url.href;
}

/** Of the parameters of the service's own address: what is of the server and the way to it. */
const kept = ['sslmode', 'sslrootcert', 'host', 'port'];
