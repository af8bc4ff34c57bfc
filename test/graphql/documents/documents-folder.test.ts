import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { defaultLimits } from '../../../src/access/limits.ts';
import { readDocuments } from '../../../src/graphql/documents/read-documents.ts';
import { StartupError } from '../../../src/startup-error.ts';
import { fillDataDir } from '../../support/filled-data.ts';
import { makeDataDir, runService, startService } from '../../support/service.ts';

let place: Awaited<ReturnType<typeof makeDataDir>>;
beforeAll(async () => {
  place = await makeDataDir();
});
afterAll(() => place.remove());

let count = 0;
/** A folder with these files. */
async function folderOf(files: Record<string, string | Buffer>): Promise<string> {
  count += 1;
  const folder = join(place.dataDir, '..', `documents-${count}`);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

const names = '{ accounts { name } }';
const read = (folder: string) => readDocuments(folder, defaultLimits);

test('documents are named by their paths; what is none is left alone', async () => {
  const folder = await folderOf({
    'names.graphql': `\ufeff${names}\n`,
    'boards/today/one.graphql': names,
    'README.md': 'about',
    '.hidden.graphql': 'none',
    '..2026_01/names.graphql': 'none',
    'old.graphql.bak': 'none',
  });
  await symlink(join(folder, 'names.graphql'), join(folder, 'linked.graphql'));
  await symlink(folder, join(folder, 'round'));
  expect(await read(folder)).toEqual([
    { name: 'boards/today/one', text: names },
    { name: 'linked', text: `${names}\n` },
    { name: 'names', text: `${names}\n` },
  ]);
});

test.each<[string, string | Buffer, string]>([
  ['is no document', '{ accounts { name }', 'line 1, column 20: Syntax Error: Expected Name, found <EOF>.'],
  ['is empty', '', 'line 1, column 1: Syntax Error: Unexpected <EOF>.'],
  [
    'asks for what there is not',
    '{\n  accounts { nmae }\n}',
    'line 2, column 14: Cannot query field "nmae" on type "Account".',
  ],
  ['needs a part of another', '{ ...Names }', 'line 1, column 6: Unknown fragment "Names".'],
  ['asks for too much to be checked', `{ ${'a: __typename '.repeat(5000)} }`, 'This document'],
  ['is no text', Buffer.from([0x7b, 0xff, 0x7d]), 'The encoded data was not valid'],
])('a document that %s is told at the start', async (_what, text, why) => {
  const folder = await folderOf({ 'fine.graphql': names, 'wrong.graphql': text });
  const error = await read(folder).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(StartupError);
  const { message } = error as StartupError;
  expect(message).toContain(
    `The document ${join(folder, 'wrong.graphql')} of the setting DOCUMENTS_DIR cannot be asked: `,
  );
  expect(message).toContain(why);
});

test('a folder without documents, or that is not there, is told at the start', async () => {
  const folder = await folderOf({ 'README.md': 'about' });
  await expect(read(folder)).rejects.toThrow(
    `The folder ${folder} of the setting DOCUMENTS_DIR holds no .graphql file.`,
  );
  await expect(read(join(folder, 'none'))).rejects.toThrow(/cannot be read: ENOENT/);
  const colon = await folderOf({ 'a:b.graphql': names });
  await expect(read(colon)).rejects.toThrow(/its name has a colon/);
});

test('the service takes them from its settings', async () => {
  const folder = await folderOf({ 'names.graphql': names });
  const { dataDir } = place;
  await fillDataDir(dataDir);
  const service = await startService({ dataDir, env: { DOCUMENTS_DIR: folder, DOCUMENTS: 'only' } });
  try {
    const ask = async (body: unknown) => {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${service.url}/graphql`, { method: 'POST', headers, body: JSON.stringify(body) });
      return { status: response.status, body: (await response.json()) as unknown };
    };
    expect(await ask({ documentId: 'names' })).toMatchObject({ body: { data: { accounts: [{ name: 'default' }] } } });
    expect(await ask({ query: '{ accounts { id } }' })).toMatchObject({ status: 403 });
  } finally {
    await service.stop();
  }
  const without = await runService({ dataDir, env: { DOCUMENTS: 'only' } });
  expect([without.code, without.stderr]).toEqual([
    1,
    'The setting DOCUMENTS is "only": set DOCUMENTS_DIR to the folder of the documents.\n',
  ]);
}, 60_000);
