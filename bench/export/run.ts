import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { makeBoundKey } from '../support/bound-key.ts';
import { startService } from '../support/children.ts';
import { dataFolderOf, openDataFolder } from '../support/data-folder.ts';
import { median } from '../support/load.ts';

// COPY and the export of all calls in turn, in one run, on a database that npm run bench:data has filled.
const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '10000000' },
    data: { type: 'string' },
    url: { type: 'string' },
    rounds: { type: 'string', default: '3' },
  },
});

const port = 4831;
type Read = { rows: number; bytes: number; seconds: number };

const data = values.url
  ? { url: values.url, stop: async () => {} }
  : await openDataFolder(values.data ?? dataFolderOf(Number(values.calls)));
try {
  const key = await makeBoundKey(data.url);
  const service = await startService(data.url, port, { EXPORT_MINUTES: '600' });
  try {
    await main(data.url, key, service.pid);
  } finally {
    await service.stop();
  }
} finally {
  await data.stop();
}

async function main(url: string, key: string, pid: number) {
  const sides: Record<string, () => Promise<Read>> = {
    copy: () => readCopy(url),
    csv: () => readExport('/export/calls.csv'),
    masked: () => readExport('/export/calls.csv', key),
  };
  const startKb = rssKb(pid, 'VmRSS');
  await readExport('/export/calls.csv?limit=100000'); // warms up
  const results: Record<string, Read[]> = {};
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const [name, read] of Object.entries(sides)) {
      const one = await read();
      results[name] = [...(results[name] ?? []), one];
      const perSecond = Math.round(one.rows / one.seconds);
      console.log(
        `  ${name.padEnd(8)} ${one.rows} rows, ${Math.round(one.bytes / one.rows)} bytes each: ${perSecond} rows/s  RSS of the service ${mb(rssKb(pid, 'VmRSS'))} MB`,
      );
    }
  }
  const pairs = (name: string) =>
    (results[name] ?? []).map((one, i) => one.rows / one.seconds / speedOf(results.copy?.[i]));
  for (const name of ['csv', 'masked']) {
    const ratios = pairs(name);
    console.log(
      `rows/s, ${name}/copy, median of pairs: ${median(ratios).toFixed(2)} (${ratios.map((r) => r.toFixed(2)).join(', ')})`,
    );
  }
  console.log(`  wanted: 0.5`);
  console.log(`RSS of the service: ${mb(startKb)} MB at the start, ${mb(rssKb(pid, 'VmHWM'))} MB at its peak`);
}

function speedOf(read: Read | undefined): number {
  return read ? read.rows / read.seconds : Number.NaN;
}

function mb(kb: number): number {
  return Math.round(kb / 1024);
}

function rssKb(pid: number, name: string): number {
  return Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

/** COPY of all columns, as fast as a client takes it. */
async function readCopy(url: string): Promise<Read> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const begun = performance.now();
  const read = await new Promise<Read>((resolve, reject) => {
    let rows = 0;
    let bytes = 0;
    client.query({
      submit: (connection: pg.Connection) => connection.query('copy calls to stdout (format csv)'),
      handleCopyData: ({ chunk }: { chunk: Buffer }) => {
        rows += 1;
        bytes += chunk.length;
      },
      handleCommandComplete: () => {},
      handleReadyForQuery: () => resolve({ rows, bytes, seconds: (performance.now() - begun) / 1000 }),
      handleError: reject,
    } as pg.Submittable);
  });
  await client.end();
  return read;
}

async function readExport(path: string, key?: string): Promise<Read> {
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    const headers = key ? { 'x-api-key': key } : {};
    get({ host: '127.0.0.1', port, path, headers }, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`answered with ${response.statusCode}`));
      let rows = -1; // the names of columns
      let bytes = 0;
      response.on('data', (part: Buffer) => {
        bytes += part.length;
        for (let at = part.indexOf(10); at >= 0; at = part.indexOf(10, at + 1)) rows += 1;
      });
      response.once('error', reject);
      response.once('end', () => resolve({ rows, bytes, seconds: (performance.now() - begun) / 1000 }));
    }).once('error', reject);
  });
}
