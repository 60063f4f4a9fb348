import { expect } from 'chai';
import { ethers } from 'hardhat';
import type { BaseContract } from 'ethers';
import fc from 'fast-check';
import { readMany, type Read } from '../fixtures/batch';
import { DAY, DAY_100_AT, emptyMarket, load, time } from '../fixtures/market';
import { setTotalSupply, writeState } from '../fixtures/state-writer';
import { loadProtocol, type Protocol } from '../fixtures/protocol';
import { casesOf, errorOf, formulasOf, runsOf, type VectorCase } from '../fixtures/vectors';

const UINT128_MAX = 2n ** 128n - 1n;

/** First day on which a test can run, because time does not go back; earlier cases run with a later emission. */
const FIRST_DAY = BigInt(DAY_100_AT / DAY + 2);

describe('day', () => {
  let harness: BaseContract;
  let protocol: Protocol;
  const values = async (reads: readonly Read[]): Promise<bigint[]> =>
    (await readMany(harness, reads)).map((answer) => answer[0] as bigint);

  before(async () => {
    harness = await ethers.deployContract('MathHarness');
    protocol = await loadProtocol();
  });

  it('knows every formula of day.json', () => {
    expect(formulasOf('day.json')).to.have.members([
      'daySnapshot',
      'allowanceMor',
      'remainingMor',
      'stakeNeededMor',
      'maturesAt',
      'dayOf',
    ]);
  });

  describe('snapshot, through the diamond', () => {
    casesOf('day.json', 'daySnapshot').forEach((vector, i) => {
      it(`equals vector ${i}, day ${String(vector.inputs['day'])}`, async () => {
        await checkSnapshot(vector);
      });
    });
  });

  async function checkSnapshot({ inputs, expected }: VectorCase): Promise<void> {
    const given = (name: string): bigint => BigInt(inputs[name] as string);
    const wanted = expected as Record<string, string>;
    const market = await load(emptyMarket);
    const laterDays = given('day') < FIRST_DAY ? FIRST_DAY - given('day') : 0n;
    const day = given('day') + laterDays;
    await time.increaseTo(day * BigInt(DAY) + 60n);
    await writeState(market, 'writePool', [
      {
        poolMor: given('poolBucketMor'),
        owedMor: given('owedMor'),
        paidMor: given('computePaidMor'),
        priorComputePaidMor: given('priorComputePaidMor'),
        spentMor: given('spentLast24hMor'),
        budgetBps: given('budgetBps'),
        guardBps: given('guardBps'),
        emissionLaterSeconds: laterDays * BigInt(DAY),
      },
    ]);
    await setTotalSupply(market, given('totalSupplyMor'));

    const simulated = await market.diamond.getDay(day);
    expect([simulated.poolMor, simulated.budgetMor, simulated.supplyMor].map(String)).to.deep.equal([
      wanted['poolMor'],
      wanted['budgetMor'],
      wanted['supplyMor'],
    ]);
    const scheduled = await market.diamond.getScheduledEmission(day);
    expect(scheduled.map(String)).to.deep.equal([wanted['scheduledTotalMor'], wanted['scheduledComputeMor']]);

    await market.diamond.openDay();
    const opened = await market.diamond.getDay(day);
    expect(opened.slice(0, 3)).to.deep.equal(simulated.slice(0, 3));
  }

  it('equals the vectors of allowanceMor', async () => {
    const cases = casesOf('day.json', 'allowanceMor');
    const answers = await values(
      cases.map(({ inputs }) => ['allowanceDown', [inputs['budgetMor'], inputs['activeMor'], inputs['supplyMor']]]),
    );
    expect(answers.map(String)).to.deep.equal(cases.map(({ expected }) => expected));
  });

  it('equals the vectors of stakeNeededMor; without a budget no stake is enough', async () => {
    for (const vector of casesOf('day.json', 'stakeNeededMor')) {
      const args = [vector.inputs['neededMor'], vector.inputs['budgetMor'], vector.inputs['supplyMor']];
      const answer = harness.getFunction('toStakeUp').staticCall(...args);
      if (errorOf(vector) === 'BUDGET_IS_ZERO') await expect(answer).to.be.revertedWithPanic(0x12);
      else expect(String(await answer)).to.equal(vector.expected);
    }
  });

  it('equals the vectors of maturesAt and dayOf', async () => {
    for (const [formula, name] of [
      ['maturesAt', 'withdrawableAt'],
      ['dayOf', 'dayOf'],
    ] as const) {
      const cases = casesOf('day.json', formula);
      const answers = await values(cases.map(({ inputs }) => [name, [inputs['timestamp']]]));
      expect(answers.map(String), formula).to.deep.equal(cases.map(({ expected }) => expected));
    }
  });

  it('equals the reference model for random shares: allowance down, stake up [YS-004]', async () => {
    const amount = fc.oneof(fc.bigInt(1n, UINT128_MAX), fc.bigInt(1n, 10n ** 26n), fc.bigInt(1n, 9n));
    const cases = fc.sample(fc.tuple(amount, amount, amount), { numRuns: runsOf(2_000), seed: 2 });
    const allowances = await values(cases.map((share) => ['allowanceDown', share]));
    const stakes = await values(cases.map((share) => ['toStakeUp', share]));
    cases.forEach(([budgetMor, stakeMor, supplyMor], i) => {
      expect(allowances[i], `seed 2, case ${i}`).to.equal(protocol.allowanceMor(budgetMor, stakeMor, supplyMor));
      expect(stakes[i], `seed 2, case ${i}`).to.equal(protocol.stakeNeededMor(budgetMor, stakeMor, supplyMor));
      // Read as `neededMor`, `budgetMor`, `supplyMor` for the stake. Nothing is divided here.
      const [allowanceMor, neededStakeMor] = [allowances[i]!, stakes[i]!];
      expect(allowanceMor * supplyMor <= budgetMor * stakeMor, `case ${i}: paid too much`).to.equal(true);
      expect((allowanceMor + 1n) * supplyMor > budgetMor * stakeMor, `case ${i}: a wei lost`).to.equal(true);
      expect(neededStakeMor * stakeMor >= budgetMor * supplyMor, `case ${i}: charged too little`).to.equal(true);
      expect((neededStakeMor - 1n) * stakeMor < budgetMor * supplyMor, `case ${i}: a wei more`).to.equal(true);
    });
  });

  it('equals the reference model for random moments', async () => {
    const moments = fc.sample(fc.bigInt(0n, 2n ** 40n - 200_000n), { numRuns: runsOf(2_000), seed: 3 });
    const midnights = await values(moments.map((timestamp) => ['withdrawableAt', [timestamp]]));
    const days = await values(moments.map((timestamp) => ['vestDay', [timestamp]]));
    moments.forEach((timestamp, i) => {
      expect(midnights[i], `${timestamp}`).to.equal(protocol.maturesAt(timestamp));
      if (timestamp < 2n ** 24n * 86_400n) expect(days[i]).to.equal(protocol.vestDay(timestamp) % 2n ** 24n);
    });
  });
});
