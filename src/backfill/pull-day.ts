import { hash } from 'node:crypto';
import { JsonRows } from '../imports/json-rows.ts';
import type { ImportedRow } from '../ingestion/read-imported.ts';
import { type CallListSource, fetchPage } from './fetch-page.ts';

/** The list of a day that is not over changes while it is read: it is read again, but not for ever. */
const maxPasses = 5;
const maxPages = 10_000;

/**
 * The rows of one day's call list, page by page, each as it was sent. A list that changed while it was being read is read
 * again, for rows may have moved to a page that had been read: what comes twice is known again when it is written.
 */
export async function* pullDay(
  source: CallListSource,
  day: string,
  signal?: AbortSignal,
): AsyncGenerator<ImportedRow[]> {
  for (let pass = 1; pass <= maxPasses; pass++) {
    let page = 1;
    const first = await fetchPage(source, { day, page }, signal);
    for (let text = first, before: string | null = null; text !== null && page <= maxPages; ) {
      yield rowsOf(text, page);
      page += 1;
      before = text;
      text = await fetchPage(source, { day, page }, signal);
      // A server that knows no pages gives the same one for ever.
      if (text === before) break;
    }
    if (page <= 2) return;
    const again = await fetchPage(source, { day, page: 1 }, signal);
    if (digest(again) === digest(first)) return;
  }
}

function rowsOf(text: string, page: number): ImportedRow[] {
  const splitter = new JsonRows();
  const rows = [...splitter.push(Buffer.from(text)), ...splitter.end()];
  return rows.map((row, i) => ({ ...row, where: `page ${page}, row ${i + 1}` }));
}

function digest(text: string | null): string {
  return text === null ? '' : hash('sha256', text);
}
