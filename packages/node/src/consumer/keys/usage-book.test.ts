import type { DayUsage, KeyUsage } from '@yellowstone/service';
import { beforeEach, expect, it } from 'vitest';
import { readableLog } from '../../testing/keys.js';
import { createUsageBook, type UsageBook } from './usage-book.js';

const { log, text } = readableLog();
let writes: (readonly [string, bigint, DayUsage])[];
let release: (() => void)[];
let isBroken: boolean;
let book: UsageBook;

beforeEach(() => {
  [writes, release, isBroken] = [[], [], false];
  const usage: KeyUsage = {
    async add(keyId, day, used) {
      await new Promise<void>((resolve) => release.push(resolve));
      if (isBroken) throw new Error('disk full');
      writes.push([keyId, day, used]);
    },
    async of(keyId, day) {
      const ours = writes.filter(([id, on]) => id === keyId && on === day);
      return { requests: 0n, tokens: ours.reduce((sum, [, , { tokens }]) => sum + tokens, 0n) };
    },
    ofAll: async () => new Map(),
  };
  book = createUsageBook({ usage, log }, { pauseMs: 1 });
});

/** Lets the writing that is on its way end. */
async function letOneWrite(): Promise<void> {
  release.shift()?.();
  await new Promise((resolve) => setImmediate(resolve));
}

/** Until a writing is on its way. */
async function writing(): Promise<void> {
  while (release.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
}

it('adds up what comes together and while it writes, by key and day', async () => {
  book.add('a', 1n, 5);
  book.add('a', 1n, 1);
  await writing();
  book.add('a', 1n, 6);
  book.add('a', 1n, 7);
  book.add('b', 1n, 1);
  book.add('a', 2n, 9);
  expect(await book.tokensOn('a', 1n)).toBe(19n);
  for (let at = 0; at < 4; at += 1) {
    await writing();
    await letOneWrite();
  }
  await book.settled();
  expect(writes).toEqual([
    ['a', 1n, { requests: 2n, tokens: 6n }],
    ['a', 1n, { requests: 2n, tokens: 13n }],
    ['b', 1n, { requests: 1n, tokens: 1n }],
    ['a', 2n, { requests: 1n, tokens: 9n }],
  ]);
  expect(await book.tokensOn('a', 1n)).toBe(19n);
});

it('loses nothing when it cannot write, and tries again with the next request', async () => {
  isBroken = true;
  book.add('a', 1n, 5);
  await writing();
  await letOneWrite();
  expect(text()).toContain('usage of an API key not written down yet');
  expect(await book.tokensOn('a', 1n)).toBe(5n);
  isBroken = false;
  book.add('a', 1n, 6);
  await writing();
  await letOneWrite();
  await book.settled();
  expect(writes).toEqual([['a', 1n, { requests: 2n, tokens: 11n }]]);
});

it('writes down what is left when it is told to, without waiting', async () => {
  book = createUsageBook(
    {
      usage: {
        add: async (...all) => void writes.push(all),
        of: async () => ({ requests: 0n, tokens: 0n }),
        ofAll: async () => new Map(),
      },
      log,
    },
    { pauseMs: 3_600_000 },
  );
  book.add('a', 1n, 5);
  await book.settled();
  expect(writes).toEqual([['a', 1n, { requests: 1n, tokens: 5n }]]);
});
