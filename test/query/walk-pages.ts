import { expect } from 'vitest';

export type Connection<Node> = {
  edges: { cursor: string; node: Node }[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
};

/** What a connection must be asked for to be walked. */
export const pageFields = 'pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';

export type PageVariables = { first?: number; after?: string | null; last?: number; before?: string | null };
type Ask<Node> = (page: PageVariables) => Promise<Connection<Node>>;

/** All rows of a list, page by page from its start; each page must know where it stands. */
export async function walkForwards<Node>(ask: Ask<Node>, size: number, meanwhile = async () => {}): Promise<Node[]> {
  const rows: Node[] = [];
  for (let after: string | null = null; ; await meanwhile()) {
    const page: Connection<Node> = await ask({ first: size, after });
    const cursors = checkedCursors(page, size);
    expect(page.pageInfo.hasPreviousPage).toBe(after !== null);
    rows.push(...page.edges.map(({ node }) => node));
    if (!page.pageInfo.hasNextPage) return rows;
    expect(cursors).toHaveLength(size);
    after = page.pageInfo.endCursor;
  }
}

/** The same from its end; the rows come back in the order of the list. */
export async function walkBackwards<Node>(ask: Ask<Node>, size: number, meanwhile = async () => {}): Promise<Node[]> {
  const rows: Node[] = [];
  for (let before: string | null = null; ; await meanwhile()) {
    const page: Connection<Node> = await ask({ last: size, before });
    const cursors = checkedCursors(page, size);
    expect(page.pageInfo.hasNextPage).toBe(before !== null);
    rows.unshift(...page.edges.map(({ node }) => node));
    if (!page.pageInfo.hasPreviousPage) return rows;
    expect(cursors).toHaveLength(size);
    before = page.pageInfo.startCursor;
  }
}

function checkedCursors({ edges, pageInfo }: Connection<unknown>, size: number): string[] {
  const cursors = edges.map(({ cursor }) => cursor);
  expect(cursors.length).toBeLessThanOrEqual(size);
  expect(new Set(cursors).size).toBe(cursors.length);
  expect(pageInfo).toMatchObject({ startCursor: cursors[0] ?? null, endCursor: cursors.at(-1) ?? null });
  return cursors;
}
