import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { hashOfInputs, readManifest, replaceFile } from './inputs.mjs';

const root = dirname(import.meta.dirname);
const outFolder = join(root, 'dist');
const chunksFolder = join(outFolder, 'chunks');
const manifestFile = join(outFolder, 'server.json');
/** A service that was started from an older build may still load a part of it. */
const keptMs = 24 * 3_600_000;

/**
 * Bundles the service into dist/main.js, its threads into dist/workers and each command into dist/cli, unless what lies there
 * was made of the same inputs. What several of them need is in dist/chunks, packages too.
 */
export async function buildServer() {
  const inputs = await hashOfInputs(root, {
    files: ['package-lock.json', relative(root, import.meta.filename)],
    folders: ['src'],
  });
  const last = await readManifest(manifestFile);
  if (last?.inputs === inputs && last.files.every((file) => existsSync(join(outFolder, file)))) return;

  const files = await bundle();
  for (const { path, contents } of files) {
    await mkdir(dirname(path), { recursive: true });
    await replaceFile(path, contents);
  }
  const names = files.map(({ path }) => relative(outFolder, path));
  await replaceFile(manifestFile, JSON.stringify({ inputs, files: names }, null, 2));
  await removeOldChunks(new Set(names));
}

/** What is to be written, each file after those that it loads: a test may start the service while another run builds it. */
async function bundle() {
  // Loaded only here: a start with a finished build needs no esbuild.
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [
      'src/main.ts',
      'src/workers/packing-thread.ts',
      'src/workers/answering-thread.ts',
      'src/workers/exporting-thread.ts',
      'src/cli/*.ts',
    ],
    outbase: 'src',
    outdir: 'dist',
    chunkNames: 'chunks/[hash]',
    write: false,
    bundle: true,
    splitting: true,
    // Each thread and each command reads all of its code anew: the less of it, the sooner they are up.
    minifySyntax: true,
    minifyWhitespace: true,
    // Of the two forms of the package the one of which only what is used is taken. All must take the same: its classes are compared.
    alias: { graphql: 'graphql/index.mjs' },
    plugins: [{ name: 'not-at-cloudflare', setup: notAtCloudflare }],
    // An optional part of pg, which is not installed.
    external: ['pg-native'],
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner: {
      js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
    },
    sourcemap: true,
    // The sources lie beside: a stack names their lines, and need not show them.
    sourcesContent: false,
    logLevel: 'warning',
  });
  const isEntry = ({ path }) => !path.startsWith(chunksFolder);
  const isCode = ({ path }) => path.endsWith('.js');
  return outputFiles.sort((a, b) => isEntry(a) - isEntry(b) || isCode(a) - isCode(b));
}

/** pg asks a Response whether it runs at Cloudflare, and Node would load all of fetch for the answer, on each thread. */
function notAtCloudflare({ onLoad }) {
  onLoad({ filter: /[\\/]pg[\\/]lib[\\/]stream\.js$/ }, async ({ path }) => ({
    contents: (await readFile(path, 'utf8')).replace("typeof Response === 'function'", 'false'),
  }));
}

async function removeOldChunks(kept) {
  for (const name of await readdir(chunksFolder)) {
    if (kept.has(join('chunks', name))) continue;
    const file = join(chunksFolder, name);
    const found = await stat(file).catch(() => null);
    if (found && Date.now() - found.mtimeMs > keptMs) await rm(file, { force: true });
  }
}
