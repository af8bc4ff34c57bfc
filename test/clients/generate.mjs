import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';

// Generates what each client is generated from: by introspection of the running service, as its users do.

const { API_URL: url } = process.env;
const scalars = JSON.parse(readFileSync(new URL('../../docs/clients/scalars.json', import.meta.url), 'utf8'));
const run = (program, args) => execFileSync(`node_modules/.bin/${program}`, args, { stdio: 'inherit' });

cpSync(new URL('../../schema.graphql', import.meta.url), 'generated/rules/schema.graphql');
run('gql-tada', ['generate-schema', '--output', 'generated/schema.graphql', url]);
run('gql-tada', ['generate-output', '--output', 'generated/graphql-env.d.ts']);
run('graphql-codegen', ['--config', 'codegen.ts']);
run('genql', [
  ...['--output', 'generated/genql', '--endpoint', url],
  ...Object.entries(scalars).flatMap(([name, type]) => ['--scalar', `${name}:${type}`]),
]);
run('relay-compiler', ['relay.config.json']);
