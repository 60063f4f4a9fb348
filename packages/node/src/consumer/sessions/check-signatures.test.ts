import { parseSessionId, sessionReceipt, sign } from '@yellowstone/protocol';
import { describe, expect, it } from 'vitest';
import { createFakeChain } from '../../testing/fake-chain.js';
import { addressOf, providerWallet, strangerWallet, userWallet } from '../../testing/keys.js';
import { isGoodReceipt } from './check-signatures.js';

const sessionId = parseSessionId(`0x${'ab'.repeat(32)}`);
const receipt = { sessionId, inputTokens: 1n, outputTokens: 2n, tokensPerSecondMilli: 3n, ttftMs: 4n, deadline: 5n };
const provider = addressOf(providerWallet);

describe('isGoodReceipt', () => {
  it('takes the word of the provider or its delegate, of this session', async () => {
    const chain = createFakeChain();
    const { reads } = chain.as(userWallet);
    const { domain } = chain;
    const check = async (wallet = providerWallet, change = {}) => {
      const signature = await sign(wallet, sessionReceipt(domain, receipt));
      return isGoodReceipt({ domain, reads }, { provider, sessionId, receipt: { ...receipt, ...change }, signature });
    };
    expect(await check()).toBe(true);
    expect(await check(strangerWallet)).toBe(false);
    chain.delegate({ delegate: addressOf(strangerWallet), account: provider, rights: 'provider' });
    expect(await check(strangerWallet)).toBe(true);
    expect(await check(providerWallet, { outputTokens: 9n })).toBe(false);
    expect(await check(providerWallet, { sessionId: parseSessionId(`0x${'cd'.repeat(32)}`) })).toBe(false);
  });

  it('takes no broken signature', async () => {
    const chain = createFakeChain();
    const deps = { domain: chain.domain, reads: chain.as(userWallet).reads };
    expect(await isGoodReceipt(deps, { provider, sessionId, receipt, signature: '0x' })).toBe(false);
  });
});
