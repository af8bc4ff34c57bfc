import { existsSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

/** A file of the page: kept compressed, as it is sent. */
export type Asset = { type: string; brotli: Buffer; gzip: Buffer };

/** What the build left: the page, and its files by their path under /playground/. */
export type BuiltPage = { html: string; assets: ReadonlyMap<string, Asset> };

type Manifest = { folder: string; files: string[] };

const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
};

/** Reads the whole page into memory, about 3.5 MB; null if it has not been built. */
export function readBuiltPage(builtFolder: string): BuiltPage | null {
  const manifestFile = join(builtFolder, 'manifest.json');
  if (!existsSync(manifestFile)) return null;
  const { folder, files } = JSON.parse(readFileSync(manifestFile, 'utf8')) as Manifest;
  const assets = new Map<string, Asset>();
  for (const name of files) {
    const file = join(builtFolder, folder, name);
    const type = types[extname(name)] ?? 'application/octet-stream';
    assets.set(`${folder}/${name}`, { type, brotli: readFileSync(`${file}.br`), gzip: readFileSync(`${file}.gz`) });
  }
  return { html: readFileSync(join(builtFolder, 'index.html'), 'utf8'), assets };
}
