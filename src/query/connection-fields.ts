import type { Page } from './page.ts';

/** The fields that every connection has. */
export const connectionFields = {
  edges: async <Row>(page: Page<Row>) => (await page.rows()).map((node) => ({ node, cursor: page.cursorOf(node) })),
  nodes: <Row>(page: Page<Row>) => page.rows(),
  pageInfo: async <Row>(page: Page<Row>) => {
    const rows = await page.rows();
    const [first, last] = [rows[0], rows.at(-1)];
    return {
      hasNextPage: await page.hasNextPage(),
      hasPreviousPage: await page.hasPreviousPage(),
      startCursor: first ? page.cursorOf(first) : null,
      endCursor: last ? page.cursorOf(last) : null,
    };
  },
  totalCount: <Row>(page: Page<Row>) => page.totalCount(),
  totalCountIsExact: <Row>(page: Page<Row>) => page.totalCountIsExact(),
};
