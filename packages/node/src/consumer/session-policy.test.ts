import type { Address } from '@yellowstone/protocol';
import { describe, expect, it } from 'vitest';
import { allows, type SessionPolicy, stricterOf } from './session-policy.js';

const [a, b, c] = ['0xA', '0xB', '0xC'] as unknown as readonly [Address, Address, Address];
const node: SessionPolicy = {
  maxPricePerSecondMor: 100n,
  maxStakeMor: 1_000n,
  preferredProviders: [a],
  refusedProviders: [b],
};

describe('stricterOf', () => {
  it('is the policy of the node for a key without any', () => {
    expect(stricterOf(node)).toEqual(node);
    expect(stricterOf(node, { maxStakeMor: undefined })).toEqual(node);
  });

  it('takes the lower limit, whosever it is', () => {
    expect(stricterOf(node, { maxPricePerSecondMor: 7n, maxStakeMor: 5_000n })).toMatchObject({
      maxPricePerSecondMor: 7n,
      maxStakeMor: 1_000n,
    });
  });

  it('refuses what either refuses, and prefers whom the key prefers before the others', () => {
    const both = stricterOf(node, { preferredProviders: [c, a], refusedProviders: [c] });
    expect(both).toMatchObject({ preferredProviders: [c, a], refusedProviders: [b, c] });
  });
});

describe('allows', () => {
  it.each([
    ['at the limit', 100n, a, true],
    ['above it', 101n, a, false],
    ['of a refused provider', 1n, b, false],
  ] as const)('a bid %s: %s %s %s', (_, priceMor, provider, isAllowed) => {
    expect(allows(node, { priceMor, provider })).toBe(isAllowed);
  });
});
