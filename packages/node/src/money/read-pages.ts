import type { Page, PageRequest } from '@yellowstone/client';

const PAGE_SIZE = 100;
/** More than anybody reads; the rest is left out. */
const MAX_ITEMS = 2_000;

/** Everything of a list, page by page. */
export async function readPages<Item>(read: (page: PageRequest) => Promise<Page<Item>>): Promise<readonly Item[]> {
  const items: Item[] = [];
  for (;;) {
    const page = await read({ offset: items.length, limit: PAGE_SIZE });
    items.push(...page.items);
    if (page.items.length === 0 || items.length >= page.total || items.length >= MAX_ITEMS) return items;
  }
}
