import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { build } from 'esbuild';

/** Bundles the service into dist/main.js, its threads and each command into dist/cli; packages stay outside. */
export async function buildServer() {
  const { outputFiles } = await build({
    absWorkingDir: dirname(import.meta.dirname),
    entryPoints: [
      'src/main.ts',
      'src/workers/packing-thread.ts',
      'src/workers/answering-thread.ts',
      'src/workers/exporting-thread.ts',
      'src/cli/*.ts',
    ],
    outbase: 'src',
    outdir: 'dist',
    write: false,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: true,
    logLevel: 'warning',
  });
  // Whole or not at all: a test may start the service while another run builds it.
  for (const { path, contents } of outputFiles) {
    await mkdir(dirname(path), { recursive: true });
    const draft = `${path}.${process.pid}`;
    await writeFile(draft, contents);
    await rename(draft, path);
  }
}
