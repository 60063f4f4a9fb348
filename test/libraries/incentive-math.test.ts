import { expect } from 'chai';
import { ethers } from 'hardhat';
import type { BaseContract } from 'ethers';
import fc from 'fast-check';
import { readMany, type Read } from '../fixtures/batch';
import { loadProtocol, type Protocol } from '../fixtures/protocol';
import { casesOf, formulasOf, runsOf } from '../fixtures/vectors';

const BPS = 10_000n;
/** 2.4 % of a day's emission, in 1/10,000. */
const POT_BPS = 240n;
const UINT80_MAX = 2n ** 80n - 1n;
const UINT96_MAX = 2n ** 96n - 1n;

const PLAIN = [
  ['isLaunchDay', 'isLaunch', ['day', 'launchDay']],
  ['potMor', 'potDown', ['emissionMor', 'shareBps']],
  ['placesOf', 'placesDown', ['shareBps']],
] as const;

describe('IncentiveMath', () => {
  let harness: BaseContract;
  let protocol: Protocol;
  const values = async (reads: readonly Read[]): Promise<unknown[]> =>
    (await readMany(harness, reads)).map((answer) => answer[0] as unknown);
  const shareBps = fc.oneof(fc.bigInt(0n, BPS), fc.constant(BPS));
  const sample = <Case>(cases: fc.Arbitrary<Case>, seed: number): Case[] =>
    fc.sample(cases, { numRuns: runsOf(2_000), seed });

  before(async () => {
    harness = await ethers.deployContract('MathHarness');
    protocol = await loadProtocol();
  });

  it('knows every formula of incentive.json', () => {
    expect(formulasOf('incentive.json')).to.have.members([...PLAIN.map(([formula]) => formula), 'incentiveOf']);
  });

  PLAIN.forEach(([formula, name, names]) => {
    it(`equals the vectors of ${formula}`, async () => {
      const cases = casesOf('incentive.json', formula);
      const answers = await values(cases.map(({ inputs }) => [name, names.map((each) => inputs[each])]));
      expect(answers.map(String)).to.deep.equal(cases.map(({ expected }) => String(expected)));
    });
  });

  it('equals the vectors of incentiveOf at places that share', async () => {
    // Whether a place shares is decided by the claim, which knows the place.
    const cases = casesOf('incentive.json', 'incentiveOf').filter(
      ({ inputs }) => Number(inputs['index']) < Number(inputs['places']),
    );
    expect(cases.length).to.be.greaterThan(5);
    const argsOf = (inputs: Readonly<Record<string, unknown>>) =>
      ['potMor', 'dayMor', 'totalMor'].map((n) => inputs[n]);
    const answers = await values(cases.map(({ inputs }) => ['incentiveDown', argsOf(inputs)]));
    expect(answers.map(String)).to.deep.equal(cases.map(({ expected }) => expected));
  });

  it('equals the reference model for random days around the launch [YS-095]', async () => {
    const day = fc.bigInt(0n, 2n ** 24n - 1n);
    const near = fc.tuple(day, fc.bigInt(-400n, 400n)).map(([launch, offset]): [bigint, bigint] => {
      return [launch + offset < 0n ? 0n : launch + offset, launch];
    });
    const cases = sample<[bigint, bigint]>(fc.oneof(near, fc.tuple(day, day), fc.tuple(day, fc.constant(0n))), 21);
    const answers = await values(cases.map((args) => ['isLaunch', args]));
    cases.forEach(([at, launch], i) => expect(answers[i], `case ${i}`).to.equal(protocol.isLaunchDay(at, launch)));
  });

  it('equals the reference model for random pots and places [YS-095]', async () => {
    const cases = sample(fc.tuple(fc.oneof(fc.bigInt(0n, UINT96_MAX), fc.bigInt(0n, 10n ** 23n)), shareBps), 22);
    const pots = await values(cases.map((args) => ['potDown', args]));
    const places = await values(cases.map(([, bps]) => ['placesDown', [bps]]));
    cases.forEach(([emissionMor, bps], i) => {
      expect(pots[i], `case ${i}`).to.equal(protocol.potMor(emissionMor, bps));
      expect(places[i], `case ${i}`).to.equal(protocol.placesOf(bps));
    });
  });

  it('equals the reference model for random claims [YS-095]', async () => {
    const claim = fc
      .tuple(fc.bigInt(0n, UINT80_MAX), fc.bigInt(0n, UINT96_MAX), fc.bigInt(0n, UINT96_MAX))
      .map(([potMor, a, b]) => (a < b ? { potMor, dayMor: a, totalMor: b } : { potMor, dayMor: b, totalMor: a }));
    const cases = sample(claim, 23);
    const answers = await values(
      cases.map(({ potMor, dayMor, totalMor }) => ['incentiveDown', [potMor, dayMor, totalMor]]),
    );
    cases.forEach((each, i) => {
      expect(answers[i], `case ${i}`).to.equal(protocol.incentiveOf({ index: 0n, places: 1n, ...each }));
    });
  });

  it('pays out of a book no more than its pot, out of a day no more than 2.4 % of its emission (I31) [YS-095]', async () => {
    const routers = fc.record({
      emissionMor: fc.bigInt(0n, 10n ** 23n),
      weights: fc.array(fc.bigInt(0n, 100n), { minLength: 1, maxLength: 4 }),
      dayMors: fc.array(fc.bigInt(1n, 10n ** 22n), { minLength: 1, maxLength: 10 }),
    });
    for (const { emissionMor, weights, dayMors } of fc.sample(routers, { numRuns: runsOf(2_000) / 20, seed: 24 })) {
      const sum = weights.reduce((total, weight) => total + weight, 1n);
      const totalMor = dayMors.reduce((total, dayMor) => total + dayMor, 0n);
      const pots = (await values(weights.map((w) => ['potDown', [emissionMor, (BPS * w) / sum]]))) as bigint[];
      let paidMor = 0n;
      for (const potMor of pots) {
        const paid = (await values(dayMors.map((d) => ['incentiveDown', [potMor, d, totalMor]]))) as bigint[];
        paid.forEach((incentiveMor, i) => expect(incentiveMor <= dayMors[i]!).to.equal(true)); // one for each
        const ofBook = paid.reduce((total, incentiveMor) => total + incentiveMor, 0n);
        expect(ofBook <= potMor).to.equal(true);
        paidMor += ofBook;
      }
      expect(paidMor * BPS <= emissionMor * POT_BPS).to.equal(true);
    }
  });
});
