import { createServer, type IncomingMessage } from 'node:http';
import pg from 'pg';

// What the service is measured against: one handler that sends the statement which the service sends for this page,
// word for word, and writes the rows as JSON. No GraphQL, no filter to read, no cursor, no ids of its own. Prepared, as the
// service has it, the database does not plan it anew for each page.
const [, , url, port, sqlText, prepared] = process.argv;
const statements = JSON.parse(sqlText ?? '{}') as Record<'agentId' | 'campaignId', string>;
const pool = new pg.Pool({ connectionString: url, max: 10 });
const asText = { getTypeParser: () => (value: string) => value } as unknown as pg.CustomTypesConfig;

const server = createServer(async (request, response) => {
  if (request.method !== 'POST') return response.end();
  const { column, id } = JSON.parse(await bodyOf(request)) as { column: 'agentId' | 'campaignId'; id: number };
  const { rows } = await pool.query({
    ...(prepared && { name: column }),
    text: statements[column],
    values: [id],
    types: asText,
  });
  const nodes = rows.slice(0, 50).map(({ 'agent.name': name, ...row }) => {
    row.agent = row.agent === null ? null : { name };
    return row;
  });
  const body = JSON.stringify({ nodes, hasNextPage: rows.length > 50 });
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
});
server.listen(Number(port), '127.0.0.1');

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
