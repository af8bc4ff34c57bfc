import { lstat, readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { GraphQLError, parse, validate } from 'graphql';
import type { Limits } from '../../access/limits.ts';
import { AppError } from '../../errors.ts';
import { StartupError } from '../../startup-error.ts';
import { DocumentReader } from '../limits/documents.ts';
import { buildSchema } from '../schema.ts';
import type { NamedDocument } from './held-documents.ts';

const ending = '.graphql';

/**
 * The documents of a folder and its subfolders, each named by its path without `.graphql`, such as `boards/today`. A StartupError
 * where one could never be asked, or there is none. What begins with a dot is left out; links to files are followed.
 */
export async function readDocuments(folder: string, limits: Limits): Promise<NamedDocument[]> {
  const files = await filesIn(folder).catch((error: NodeJS.ErrnoException) => {
    throw new StartupError(`The folder ${folder} of the setting DOCUMENTS_DIR cannot be read: ${error.message}.`);
  });
  if (files.length === 0) {
    throw new StartupError(`The folder ${folder} of the setting DOCUMENTS_DIR holds no ${ending} file.`);
  }
  const schema = buildSchema();
  const reader = new DocumentReader(limits);
  return Promise.all(
    files.map(async (file) => {
      const name = relative(folder, file).slice(0, -ending.length).split(sep).join('/');
      const refuse = (why: string) =>
        new StartupError(`The document ${file} of the setting DOCUMENTS_DIR cannot be asked: ${why}`);
      if (name.includes(':'))
        throw refuse('its name has a colon, which stands between a prefix and a hash. Rename it.');
      const text = await readText(file).catch((error: Error) => {
        throw refuse(error.message);
      });
      try {
        reader.read(text);
        const [error] = validate(schema, parse(text), undefined, { maxErrors: 1 });
        if (error) throw error;
      } catch (error) {
        throw error instanceof GraphQLError || error instanceof AppError ? refuse(placed(error)) : error;
      }
      return { name, text };
    }),
  );
}

function placed(error: GraphQLError | AppError): string {
  const [place] = (error instanceof GraphQLError && error.locations) || [];
  return place ? `line ${place.line}, column ${place.column}: ${error.message}` : error.message;
}

async function readText(file: string): Promise<string> {
  return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
}

async function filesIn(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.')).sort();
  const found = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      if ((await lstat(path)).isDirectory()) return filesIn(path);
      return name.endsWith(ending) && (await stat(path)).isFile() ? [path] : [];
    }),
  );
  return found.flat();
}
