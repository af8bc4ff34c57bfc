import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import { buildSchema } from 'graphql';
import { openApi } from '../../graphql/exports/openapi.ts';
import { projectFile } from '../../project-file.ts';

/** Tells what the door of exports takes and gives, to everybody: it holds no data. */
export async function openApiRoute(app: FastifyInstance): Promise<void> {
  let text: string | undefined;
  app.get('/openapi.json', async (_request, reply) => {
    text ??= describe();
    return reply.type('application/json; charset=utf-8').send(text);
  });
}

function describe(): string {
  const schema = buildSchema(readFileSync(projectFile('schema.graphql'), 'utf8'));
  const { version } = JSON.parse(readFileSync(projectFile('package.json'), 'utf8')) as { version: string };
  return `${JSON.stringify(openApi(schema, version))}\n`;
}
