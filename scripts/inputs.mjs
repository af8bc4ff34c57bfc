import { createHash } from 'node:crypto';
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** What tells one state of a build's inputs from another: names and contents of these files, and of all in these folders. */
export async function hashOfInputs(root, { files, folders }) {
  const all = files.map((file) => join(root, file));
  for (const folder of folders) {
    const found = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
    all.push(...found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)));
  }
  const parts = await Promise.all(all.sort().map(async (file) => [relative(root, file), await readFile(file)]));
  return hashOf(parts.flat());
}

export function hashOf(parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex');
}

/** What the last build said of itself; null where there was none. */
export async function readManifest(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return null;
  }
}

/** Never half a file for a reader, also while two builds run. */
export async function replaceFile(file, contents) {
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, contents);
  await rename(draft, file);
}
