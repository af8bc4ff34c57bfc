import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { hashOf, hashOfInputs, readManifest, replaceFile } from './inputs.mjs';

const root = dirname(import.meta.dirname);
const browserFolder = join(root, 'src', 'doors', 'playground', 'browser');
const queriesFolder = join(root, 'docs', 'queries');
const outFolder = join(root, 'dist', 'playground');
const manifestFile = join(outFolder, 'manifest.json');

/** Bundles the playground into dist/playground, unless what lies there was made of the same inputs. */
export async function buildPlayground() {
  const inputs = await hashOfInputs(root, {
    files: ['package-lock.json', relative(root, import.meta.filename)],
    folders: [browserFolder, queriesFolder].map((folder) => relative(root, folder)),
  });
  if ((await readManifest(manifestFile))?.inputs === inputs) return;

  const files = await bundle();
  const folder = hashOf(files.flatMap(({ name, bytes }) => [name, bytes])).slice(0, 16);
  await mkdir(join(outFolder, folder), { recursive: true });
  await Promise.all(files.map((file) => writeCompressed(join(outFolder, folder, file.name), file.bytes)));

  const html = await readFile(join(browserFolder, 'index.html'), 'utf8');
  await replaceFile(join(outFolder, 'index.html'), html.replaceAll('ASSETS/', `playground/${folder}/`));
  await replaceFile(manifestFile, JSON.stringify({ inputs, folder, files: files.map((file) => file.name) }, null, 2));
  await removeOlderBuilds(folder);
}

async function bundle() {
  // Loaded only here: a start with a finished build needs no esbuild.
  const { build } = await import('esbuild');
  const shared = {
    absWorkingDir: root,
    outdir: outFolder,
    bundle: true,
    minify: true,
    write: false,
    target: 'es2022',
    legalComments: 'eof',
    logLevel: 'warning',
    define: { 'process.env.NODE_ENV': '"production"', EXAMPLES: JSON.stringify(await readExamples()) },
  };
  const results = await Promise.all([
    build({
      ...shared,
      entryPoints: [join(browserFolder, 'main.tsx')],
      format: 'esm',
      jsx: 'automatic',
      loader: { '.ttf': 'file' },
      assetNames: '[name]',
    }),
    build({
      ...shared,
      entryPoints: [
        'monaco-editor/esm/vs/editor/editor.worker.js',
        'monaco-editor/esm/vs/language/json/json.worker.js',
        'monaco-graphql/esm/graphql.worker.js',
      ],
      entryNames: '[name]',
      format: 'iife',
    }),
  ]);
  const files = results.flatMap((result) => result.outputFiles);
  return [
    ...files.map((file) => ({ name: basename(file.path), bytes: file.contents })),
    { name: 'favicon.svg', bytes: await readFile(join(browserFolder, 'favicon.svg')) },
  ];
}

/** The queries of docs/queries: the title from the operation's name, the description from the comment on top. */
async function readExamples() {
  const names = (await readdir(queriesFolder)).filter((name) => name.endsWith('.graphql')).sort();
  return Promise.all(
    names.map(async (name) => {
      const query = await readFile(join(queriesFolder, name), 'utf8');
      const operation = /^(?:query|mutation|subscription) (\w+)/m.exec(query)?.[1];
      if (!operation)
        throw new Error(`docs/queries/${name} needs a named operation: its name is the title of the example.`);
      const words = operation.replace(/(?<=[a-z0-9])(?=[A-Z])/g, ' ').toLowerCase();
      const comment = /^(?:#.*\n)*/.exec(query)?.[0] ?? '';
      return {
        name,
        title: words.charAt(0).toUpperCase() + words.slice(1),
        description: comment.replace(/^# ?/gm, '').trim().replaceAll('\n', ' ').replaceAll('`', ''),
        query,
      };
    }),
  );
}

/** Only compressed: every browser takes one of the two, and the route unpacks for the rest. */
async function writeCompressed(file, bytes) {
  const [small, smaller] = await Promise.all([
    promisify(gzip)(bytes),
    // Quality 5 takes a fifth of the time of 9 and is 4 % larger: a first start waits for it.
    promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  ]);
  await Promise.all([writeFile(`${file}.gz`, small), writeFile(`${file}.br`, smaller)]);
}

async function removeOlderBuilds(folder) {
  const kept = new Set([folder, 'index.html', 'manifest.json']);
  const old = (await readdir(outFolder)).filter((name) => !kept.has(name) && !name.includes('.'));
  await Promise.all(old.map((name) => rm(join(outFolder, name), { recursive: true, force: true })));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildPlayground();
