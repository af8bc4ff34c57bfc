import { existsSync } from 'node:fs';
import { buildServer } from './build-server.mjs';

const playground = new URL('build-playground.mjs', import.meta.url);

await buildServer();
if (existsSync(playground)) {
  const { buildPlayground } = await import(playground.href);
  await buildPlayground();
}
