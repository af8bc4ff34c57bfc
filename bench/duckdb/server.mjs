// DuckDB in a plain process, over the file that load.mjs makes. Answers { sql, threads } with rows, and with the time that
// the statement took in here: HTTP is not counted.
import { createServer } from 'node:http';
import { DuckDBInstance } from '@duckdb/node-api';

const [, , file, port] = process.argv;
const instance = await DuckDBInstance.create(file, { access_mode: 'READ_ONLY' });
const connection = await instance.connect();
let threadsNow = 0;

async function answer({ sql, threads }) {
  if (threads !== threadsNow) {
    await connection.run(`set threads = ${threads}`);
    threadsNow = threads;
  }
  const began = performance.now();
  const rows = (await connection.runAndReadAll(sql)).getRowObjectsJS();
  return { ms: performance.now() - began, rows };
}

const plain = (_, value) => (typeof value === 'bigint' ? Number(value) : value);

createServer(async (request, response) => {
  if (request.method !== 'POST') return response.end();
  const parts = [];
  for await (const part of request) parts.push(part);
  const said = await answer(JSON.parse(Buffer.concat(parts))).catch(({ message }) => ({ error: message }));
  response.end(JSON.stringify(said, plain));
}).listen(Number(port), '127.0.0.1');
