import { readFileSync } from 'node:fs';
import Fastify from 'fastify';
import { buildSchema, graphql } from 'graphql';
import { registerPlayground } from '../../src/playground/playground.route.ts';
import { projectFile } from '../../src/project-file.ts';

/** A running service to point a browser at. */
export type Service = { url: string; close(): Promise<void> };

/** The playground before a GraphQL address that knows the whole schema and one call. */
export async function startTinyService(): Promise<Service> {
  const app = Fastify();
  const playground = registerPlayground(app);
  const schema = buildSchema(readFileSync(projectFile('schema.graphql'), 'utf8'));
  const rootValue = { callBySid: ({ callSid }: { callSid: string }) => aCall(callSid) };
  app.get('/graphql', (request, reply) =>
    playground.wantsPage(request) ? playground.sendPage(reply) : reply.code(400).send({ errors: [] }),
  );
  app.post<{ Body: { query: string; variables?: Record<string, unknown>; operationName?: string } }>(
    '/graphql',
    ({ body }) =>
      graphql({
        schema,
        rootValue,
        source: body.query,
        variableValues: body.variables,
        operationName: body.operationName,
      }),
  );
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { url, close: () => app.close() };
}

function aCall(callSid: string) {
  return {
    id: 'call-1',
    callSid,
    direction: 'INBOUND',
    status: 'COMPLETED',
    disposition: 'ANSWERED',
    startedAt: '2023-01-02T09:02:40.000Z',
    talkSeconds: 40,
  };
}
