import { expect } from 'chai';
import { ethers } from 'hardhat';
import type { BaseContract } from 'ethers';
import fc from 'fast-check';
import { readMany, type Read } from '../fixtures/batch';
import { runsOf } from '../fixtures/vectors';

const UINT256_MAX = 2n ** 256n - 1n;
const WIDTHS = [32n, 64n, 128n] as const;
/** TRUST scenario 22. */
const EDGES = [0n, 1n, 2n ** 31n, 2n ** 32n - 1n];

const averageOf = (average: bigint, count: bigint, value: bigint): bigint => {
  const weight = count < 99n ? count : 99n;
  return (average * weight + value) / (weight + 1n);
};

describe('StatisticsMath', () => {
  let harness: BaseContract;
  const values = async (reads: readonly Read[]): Promise<bigint[]> =>
    (await readMany(harness, reads)).map((answer) => answer[0] as bigint);

  before(async () => {
    harness = await ethers.deployContract('MathHarness');
  });

  WIDTHS.forEach((width) => {
    it(`adds in ${width} bits up to the largest number and stays there`, async () => {
      const max = 2n ** width - 1n;
      const borders = [0n, 1n, max / 2n, max - 1n, max];
      const added = [0n, 1n, max - 1n, max, max + 1n, UINT256_MAX];
      const random = fc.sample(fc.tuple(fc.bigInt(0n, max), fc.bigInt(0n, UINT256_MAX)), { numRuns: 200, seed: 4 });
      const cases = [...borders.flatMap((value) => added.map((more) => [value, more] as const)), ...random];
      const answers = await values(cases.map(([value, more]) => [`add${width}`, [value, more]]));
      cases.forEach(([value, more], i) => {
        expect(answers[i], `${value} + ${more}`).to.equal(value + more > max ? max : value + more);
      });
    });
  });

  it('never reverts for averages at the edges', async () => {
    const cases = EDGES.flatMap((average) => EDGES.flatMap((count) => EDGES.map((value) => [average, count, value])));
    const answers = await values(cases.map((args) => ['averageDown', args]));
    cases.forEach(([average, count, value], i) => {
      expect(answers[i]).to.equal(averageOf(average!, count!, value!));
    });
  });

  it('is the exact mean, rounded down, of up to 100 equal steps and then fades', async () => {
    const word = fc.bigInt(0n, 2n ** 32n - 1n);
    const cases = fc.sample(fc.tuple(word, fc.bigInt(0n, 200n), word), { numRuns: runsOf(2_000), seed: 5 });
    const answers = await values(cases.map((args) => ['averageDown', args]));
    cases.forEach(([average, count, value], i) => {
      expect(answers[i]).to.equal(averageOf(average, count, value));
    });
  });
});
