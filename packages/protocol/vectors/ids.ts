import { id } from 'ethers';
import { bidIdOf, DELEGATION_RULES, modelIdOf, providerModelIdOf, sessionIdOf } from '../src/bid-id.js';
import { parseAddress, parseBytes32, parseModelId } from '../src/units.js';
import { type VectorCase, vectorCase } from './vector-case.js';

const ADDRESSES = [
  `0x${'00'.repeat(20)}`,
  '0x5FbDB2315678afecb367f032d93F642f64180aa3',
  '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
  `0x${'ff'.repeat(20)}`,
].map(parseAddress);
const WORDS = [`0x${'00'.repeat(32)}`, id('model'), `0x${'ff'.repeat(32)}`].map(parseBytes32);
const NUMBERS = [0n, 1n, 2n ** 128n - 1n, 2n ** 256n - 1n];
const CHAINS = [31_337n, 42_161n];

/** The i-th value of a list, starting again at its end: every value is used without all combinations. */
function cycle<Value>(values: readonly Value[], i: number): Value {
  return values.at(i % values.length) as Value;
}

export function idVectors(): VectorCase[] {
  const rounds = Array.from({ length: 12 }, (_, i) => i);
  return [
    ...rounds.map((i) => {
      const modelId = parseModelId(cycle(WORDS, i));
      const [diamond, provider] = [cycle(ADDRESSES, i), cycle(ADDRESSES, i + 1)];
      const inputs = { diamond, provider, modelId, nonce: cycle(NUMBERS, i) };
      return vectorCase('bidIdOf', inputs, () => bidIdOf(inputs));
    }),
    ...rounds.slice(0, 8).map((i) => {
      const inputs = { chainId: cycle(CHAINS, i), diamond: cycle(ADDRESSES, i + 1), index: cycle(NUMBERS, i >> 1) };
      return vectorCase('sessionIdOf', inputs, () => sessionIdOf(inputs));
    }),
    ...rounds.map((i) => {
      const inputs = { owner: cycle(ADDRESSES, i), baseId: cycle(WORDS, i) };
      return vectorCase('modelIdOf', inputs, () => modelIdOf(inputs.owner, inputs.baseId));
    }),
    ...rounds.map((i) => {
      const inputs = { provider: cycle(ADDRESSES, i), modelId: parseModelId(cycle(WORDS, i)) };
      return vectorCase('providerModelIdOf', inputs, () => providerModelIdOf(inputs.provider, inputs.modelId));
    }),
    ...Object.entries(DELEGATION_RULES).map(([name, rights]) => vectorCase('delegationRule', { name }, () => rights)),
  ];
}
