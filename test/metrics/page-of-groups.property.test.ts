import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { comparePlaces, type GroupPlace } from '../../src/metrics/answers/group-order.ts';
import { KeyTexts } from '../../src/metrics/answers/key-texts.ts';
import { type PageOfGroups, pageOfGroups } from '../../src/metrics/answers/page-of-groups.ts';
import type { Rank } from '../../src/metrics/answers/rank-groups.ts';
import type { Dimension } from '../../src/metrics/dimensions.ts';
import { compareCodePoints } from '../../src/query/compare-code-points.ts';
import type { ViewerDatabase } from '../../src/query/viewer-database.ts';

// Words are ordered by themselves: no name of them is read.
const words: Dimension = { source: 'disposition', type: sql`text`, emptyKey: '' };
const texts = new KeyTexts({ db: {} as ViewerDatabase, accountIds: [] }, [words]);
const someWords = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('\uffff', '😀', '\ud7ff', '\ue000'));
const groups = fc
  .uniqueArray(fc.option(someWords), { maxLength: 30 })
  .chain((keys) =>
    fc.tuple(...keys.map((key) => fc.record({ keys: fc.constant([key]), value: fc.option(fc.integer({ max: 3 })) }))),
  );

test('pages are stretches of all groups in order, one after another', async () => {
  await fc.assert(
    fc.asyncProperty(
      groups,
      fc.constantFrom('ASC' as const, 'DESC' as const),
      fc.integer({ min: 1, max: 8 }),
      async (ranks, direction, size) => {
        const places = await texts.placesOf(ranks);
        const order = places.map((_, i) => i).sort((a, b) => comparePlaces(direction)(at(places, a), at(places, b)));
        const inOrder = order.map((i) => ranks[i]);
        let after: GroupPlace | null = null;
        for (let start = 0; start === 0 || start < ranks.length; start += size) {
          const { before, page, rest }: PageOfGroups<Rank> = await pageOfGroups(
            ranks,
            { direction, after, size },
            texts,
          );
          expect(page).toEqual(inOrder.slice(start, start + size));
          expect(new Set(before)).toEqual(new Set(inOrder.slice(0, start)));
          expect(new Set(rest)).toEqual(new Set(inOrder.slice(start + size)));
          after = (await texts.placesOf(page)).at(-1) ?? null;
        }
      },
    ),
  );
});

const at = <Item>(items: readonly Item[], place: number) => items[place] as Item;

test('text is in the order of its bytes in UTF-8', () => {
  fc.assert(
    fc.property(someWords, someWords, (a, b) => {
      expect(Math.sign(compareCodePoints(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
});
