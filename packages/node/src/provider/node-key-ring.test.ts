import { messageDomain, type NodeKeys, nodeKeys, parseAddress, recover } from '@yellowstone/protocol';
import { id } from 'ethers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { addressOf, providerWallet, readableLog } from '../testing/keys.js';
import { rememberedKeys } from '../testing/node-key-store.js';
import { createNodeKeyRing, type NodeKeyRing } from './node-key-ring.js';

const DAY = 86_400n;
const domain = messageDomain({ chainId: 1n, diamond: parseAddress(`0x${'11'.repeat(20)}`) });
const provider = addressOf(providerWallet);

let now: bigint;
let monotonicMs: number;
let endpoint: string | undefined;
let store: ReturnType<typeof rememberedKeys>;
let rings: NodeKeyRing[];

beforeEach(() => {
  [now, monotonicMs, endpoint, rings] = [100n * DAY + 3_600n, 0, 'a.example:3333', []];
  store = rememberedKeys();
});
afterEach(() => {
  for (const ring of rings) ring.stop();
});

function ringOf(sweepMs?: number): NodeKeyRing {
  const reads = { provider: async () => (endpoint === undefined ? undefined : ({ endpoint } as never)) };
  const clock = { monotonic: () => monotonicMs };
  const deps = { store, signer: providerWallet, domain, reads, chainClock: { now: async () => now }, clock };
  const ring = createNodeKeyRing(
    { ...deps, log: readableLog().log },
    { provider, ...(sweepMs === undefined ? {} : { sweepMs }) },
  );
  rings.push(ring);
  return ring;
}
const wordOf = ({ keys, signature }: { keys: NodeKeys; signature: string }) =>
  recover(signature, nodeKeys(domain, keys));

describe('the keys of a node', () => {
  it('are the word of the provider, for its endpoint, to the end of the next day', async () => {
    const pairs = await ringOf().current();
    expect(wordOf(pairs)).toBe(provider);
    expect(pairs.keys).toEqual({
      provider,
      hpkeKey: pairs.hpke.publicKey,
      signingKey: pairs.signing.publicKey,
      endpointHash: id('a.example:3333'),
      validUntil: 102n * DAY,
    });
  });

  it('are made once, for all who ask and all processes', async () => {
    const [one, other] = [ringOf(), ringOf()];
    const made = await Promise.all([one.current(), one.current(), other.current(), ringOf().current()]);
    expect(new Set(made.map(({ keys }) => keys.hpkeKey)).size).toBe(1);
    const [first] = made;
    expect(first === undefined ? undefined : (await ringOf().find(first.keys.hpkeKey))?.keys).toEqual(first?.keys);
  });

  it('change every day, and those of before are found for another day', async () => {
    const ring = ringOf();
    const old = await ring.current();
    now = 101n * DAY;
    const young = await ring.current();
    expect(young.keys.hpkeKey).not.toBe(old.keys.hpkeKey);
    expect((await ring.find(old.keys.hpkeKey))?.keys).toEqual(old.keys);
    now = 102n * DAY;
    expect(await ring.find(old.keys.hpkeKey)).toBeDefined();
    now += 1n;
    expect(await ring.find(old.keys.hpkeKey)).toBeUndefined();
    expect(await ringOf().find(old.keys.hpkeKey)).toBeUndefined();
    expect(await ring.find(young.keys.hpkeKey)).toBeDefined();
  });

  it('are deleted when they have ended', async () => {
    const ring = ringOf(5);
    await ring.current();
    now = 103n * DAY;
    await vi.waitFor(async () => expect((await store.list(0n)).map(({ period }) => period)).toEqual([103n]));
  });

  it('are others for another endpoint; before there is one they are for none', async () => {
    endpoint = undefined;
    const ring = ringOf();
    expect((await ring.current()).keys.endpointHash).toBe(id(''));
    endpoint = 'b.example:1';
    expect((await ring.current()).keys.endpointHash).toBe(id(''));
    monotonicMs += 2_000;
    expect((await ring.current()).keys.endpointHash).toBe(id('b.example:1'));
  });

  it('are looked for in the database once a second at most, however many strangers ask', async () => {
    const list = vi.spyOn(store, 'list');
    const ring = ringOf();
    const unknown = (await ringOf().current()).keys.hpkeKey.replace(/^0x..../, '0x0000') as NodeKeys['hpkeKey'];
    monotonicMs = 10_000;
    for (let asked = 0; asked < 5; asked++) expect(await ring.find(unknown)).toBeUndefined();
    expect(list).toHaveBeenCalledTimes(1);
  });

  it('are made anew when the database did not answer', async () => {
    vi.spyOn(store, 'add').mockRejectedValueOnce(new Error('down'));
    const ring = ringOf();
    await expect(ring.current()).rejects.toThrow('down');
    expect(wordOf(await ring.current())).toBe(provider);
  });
});
