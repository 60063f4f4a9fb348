import { AbiCoder, keccak256, toUtf8Bytes } from 'ethers';
import { describe, expect, it } from 'vitest';
import { bidIdOf, DELEGATION_RULES, modelIdOf, providerModelIdOf, sessionIdOf } from './bid-id.js';
import { parseAddress, parseBytes32, parseModelId } from './units.js';

const diamond = parseAddress(`0x${'11'.repeat(20)}`);
const provider = parseAddress(`0x${'22'.repeat(20)}`);
const word = (hex: string) => hex.padStart(64, '0');
const modelId = parseModelId(`0x${'33'.repeat(32)}`);

describe('ids', () => {
  it('hash the padded words of abi.encode', () => {
    const bid = `0x${word('11'.repeat(20))}${word('22'.repeat(20))}${'33'.repeat(32)}${word('7')}`;
    expect(bidIdOf({ diamond, provider, modelId, nonce: 7n })).toBe(keccak256(bid));
    const session = `0x${word('7a69')}${word('11'.repeat(20))}${word('1')}`;
    expect(sessionIdOf({ chainId: 31_337n, diamond, index: 1n })).toBe(keccak256(session));
  });

  it('hash the 52 packed bytes of address and bytes32', () => {
    const baseId = parseBytes32(modelId);
    expect(modelIdOf(diamond, baseId)).toBe(keccak256(`0x${'11'.repeat(20)}${'33'.repeat(32)}`));
    expect(providerModelIdOf(provider, modelId)).toBe(keccak256(`0x${'22'.repeat(20)}${'33'.repeat(32)}`));
  });

  it('differ between diamonds, chains and kinds', () => {
    const bid = bidIdOf({ diamond, provider, modelId, nonce: 0n });
    expect(bidIdOf({ diamond: provider, provider, modelId, nonce: 0n })).not.toBe(bid);
    expect(bidIdOf({ diamond, provider, modelId, nonce: 1n })).not.toBe(bid);
    expect(sessionIdOf({ chainId: 1n, diamond, index: 0n })).not.toBe(sessionIdOf({ chainId: 2n, diamond, index: 0n }));
  });
});

describe('DELEGATION_RULES', () => {
  it.each(['provider', 'model', 'marketplace', 'session'] as const)('of %s is the hash of its name', (name) => {
    expect(DELEGATION_RULES[name]).toBe(keccak256(toUtf8Bytes(`delegation.rules.${name}`)));
    expect(AbiCoder.defaultAbiCoder().encode(['bytes32'], [DELEGATION_RULES[name]])).toBe(DELEGATION_RULES[name]);
  });
});
