import type { Bid } from '@yellowstone/client';
import { type NodeKeys, nodeKeys, sign } from '@yellowstone/protocol';
import { id, type Wallet } from 'ethers';
import { beforeEach, describe, expect, it, type Mock, vi } from 'vitest';
import { formatNodeKeys } from '../carriage/provider-api.js';
import { newKeyPair } from '../carriage/raw-keys.js';
import { createFakeChain, type FakeChain } from '../testing/fake-chain.js';
import { addressOf, otherProviderWallet, providerWallet, strangerWallet } from '../testing/keys.js';
import type { ProviderExchange } from './provider-exchange.js';
import { createProviderKeys, type ProviderKeys } from './provider-keys.js';

const provider = addressOf(providerWallet);
const signal = new AbortController().signal;

let now: bigint;
let chain: FakeChain;
let bid: Bid;
let told: Record<string, unknown>;
let small: Mock<ProviderExchange['small']>;
let keys: ProviderKeys;

beforeEach(async () => {
  now = 1_000_000n;
  chain = createFakeChain();
  bid = chain.addBid({ wallet: providerWallet, endpoint: 'a.example:3333', name: 'm' });
  told = await infoOf();
  small = vi.fn<ProviderExchange['small']>(async () => told);
  const deps = { reads: chain.as(strangerWallet).reads, domain: chain.domain, chainClock: { now: async () => now } };
  keys = createProviderKeys({ ...deps, exchange: { small } });
});

async function infoOf(change: Partial<NodeKeys> = {}, wallet: Wallet = providerWallet) {
  const message: NodeKeys = {
    provider,
    hpkeKey: newKeyPair('X25519').publicKey,
    signingKey: newKeyPair('Ed25519').publicKey,
    endpointHash: id('a.example:3333') as NodeKeys['endpointHash'],
    validUntil: now + 3_600n,
    ...change,
  };
  const signature = await sign(wallet, nodeKeys(chain.domain, message));
  const models: unknown[] = [];
  return { protocolVersion: '2.7', provider, signer: provider, keys: formatNodeKeys(message, signature), models };
}

describe('createProviderKeys', () => {
  it('asks once, until the keys are near their end', async () => {
    const [one, two] = await Promise.all([keys.of(bid, signal), keys.of(bid, signal)]);
    expect(one).toEqual(two);
    now += 3_540n;
    await keys.of(bid, signal);
    expect(small).toHaveBeenCalledTimes(1);
    now += 1n;
    told = await infoOf();
    expect((await keys.of(bid, signal)).validUntil).toBe(now + 3_600n);
    expect(small).toHaveBeenCalledTimes(2);
  });

  it('asks again when it is told to', async () => {
    const first = await keys.of(bid, signal);
    told = await infoOf();
    const { keys: second } = await keys.ask(bid, signal);
    expect(second.hpkeKey).not.toBe(first.hpkeKey);
    expect(await keys.of(bid, signal)).toEqual(second);
  });

  it('takes the word of a delegate with provider rights, and of no other', async () => {
    told = await infoOf({}, strangerWallet);
    await expect(keys.of(bid, signal)).rejects.toMatchObject({ code: 'provider_keys_refused' });
    chain.delegate({ delegate: addressOf(strangerWallet), account: provider, rights: 'provider' });
    expect((await keys.of(bid, signal)).provider).toBe(provider);
  });

  it.each([
    ['of another provider', { provider: addressOf(otherProviderWallet) }, 'they are of'],
    ['for another endpoint', { endpointHash: id('b.example:3333') as NodeKeys['endpointHash'] }, 'another endpoint'],
    ['that end in a moment', { validUntil: 1_000_059n }, 'they end at 1000059'],
  ])('refuses keys %s', async (_, change, reason) => {
    told = await infoOf(change);
    await expect(keys.of(bid, signal)).rejects.toMatchObject({
      code: 'provider_keys_refused',
      message: expect.stringContaining(reason) as string,
    });
  });

  it.each([
    ['another major version', { protocolVersion: '3.0' }, 'provider_version_unknown'],
    ['the version before', { protocolVersion: '1.0', keys: undefined }, 'provider_version_unknown'],
    ['no version', { protocolVersion: undefined }, 'provider_broken'],
    ['another provider', { provider: addressOf(otherProviderWallet) }, 'provider_broken'],
    ['no keys', { keys: undefined }, 'provider_broken'],
  ])('refuses an info with %s', async (_, change, code) => {
    told = { ...told, ...change };
    await expect(keys.of(bid, signal)).rejects.toMatchObject({ code });
  });

  it('refuses a signature that is none', async () => {
    told = { ...told, keys: { ...(told['keys'] as object), signature: `0x${'00'.repeat(65)}` } };
    await expect(keys.of(bid, signal)).rejects.toMatchObject({ code: 'provider_broken' });
  });

  it('lets go who does not wait any more, not the others', async () => {
    let answer: (info: Record<string, unknown>) => void = () => undefined;
    small.mockImplementation(() => new Promise((resolve) => (answer = resolve)));
    const leaving = new AbortController();
    const [left, stays] = [keys.of(bid, leaving.signal), keys.of(bid, signal)];
    const outcome = left.catch((error: Error) => error.name);
    await vi.waitFor(() => expect(small).toHaveBeenCalledTimes(1));
    leaving.abort();
    expect(await outcome).toBe('AbortError');
    answer(told);
    expect((await stays).provider).toBe(provider);
  });
});
