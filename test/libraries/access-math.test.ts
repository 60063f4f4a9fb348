import { expect } from 'chai';
import { ethers } from 'hardhat';
import type { BaseContract } from 'ethers';
import fc from 'fast-check';
import { readMany, type Read } from '../fixtures/batch';
import { loadProtocol, type Protocol } from '../fixtures/protocol';
import { casesOf, errorOf, formulasOf, runsOf, type VectorCase } from '../fixtures/vectors';

const MAX = 2n ** 128n - 1n;
const BPS = 10_000n;

type Inputs = Readonly<Record<string, string>>;

/** A formula of the vectors whose answer is one number: its function and its arguments in their order. */
const PLAIN = [
  ['maxTokensOf', 'maxTokensDown', ['budgetMor', 'referencePriceMor']],
  ['accessRate', 'accessRateDown', ['maxTokens', 'supplyMor']],
  ['userMax', 'userMaxDown', ['maxTokens', 'countedMor', 'supplyMor']],
  ['userMaxMor', 'capDown', ['budgetMor', 'countedMor', 'shareBps', 'supplyMor']],
  ['marketPriceMor', 'marketPriceUp', ['totalMor', 'totalTokens']],
  ['driftedPriceMor', 'driftUp', ['lastPriceMor', 'startPriceMor']],
] as const;

const amount = fc.oneof(fc.bigInt(0n, MAX), fc.bigInt(0n, 10n ** 26n), fc.bigInt(0n, 20n));
const positive = amount.map((value) => value || 1n);
const shareBps = fc.oneof(fc.bigInt(0n, BPS), fc.constant(BPS));
const tokens = fc.oneof(fc.bigInt(0n, 2n ** 64n - 1n), fc.bigInt(0n, 3n));

describe('AccessMath', () => {
  let harness: BaseContract;
  let protocol: Protocol;
  const values = async (reads: readonly Read[]): Promise<unknown[]> =>
    (await readMany(harness, reads)).map((answer) => answer[0] as unknown);
  /** Holds a function to the model for random arguments. */
  const compare = async <Args extends bigint[]>(
    name: string,
    args: fc.Arbitrary<Args>,
    expected: (...values: Args) => unknown,
    seed: number,
  ): Promise<void> => {
    const cases = fc.sample(args, { numRuns: runsOf(2_000), seed });
    const answers = await values(cases.map((each) => [name, each]));
    cases.forEach((each, i) => expect(answers[i], `${name}, seed ${seed}, case ${i}`).to.equal(expected(...each)));
  };

  before(async () => {
    harness = await ethers.deployContract('MathHarness');
    protocol = await loadProtocol();
  });

  it('knows every formula of access.json', () => {
    expect(formulasOf('access.json')).to.have.members([
      ...PLAIN.map(([formula]) => formula),
      'marketReferenceMor',
      'quote',
    ]);
  });

  PLAIN.forEach(([formula, name, names]) => {
    it(`equals the vectors of ${formula}`, async () => {
      const argsOf = ({ inputs }: VectorCase) => names.map((each) => inputs[each]);
      const all = casesOf('access.json', formula);
      const cases = all.filter((vector) => errorOf(vector) === undefined);
      const answers = await values(cases.map((vector) => [name, argsOf(vector)]));
      expect(answers.map(String)).to.deep.equal(cases.map(({ expected }) => expected));
      for (const vector of all.filter((each) => errorOf(each) === 'DIVISION_BY_ZERO')) {
        await expect(harness.getFunction(name).staticCall(...argsOf(vector))).to.be.revertedWithPanic(0x12);
      }
    });
  });

  it('equals the vectors of marketReferenceMor', async () => {
    const cases = casesOf('access.json', 'marketReferenceMor');
    for (const { inputs, expected } of cases) {
      const { totalMor, totalTokens, budgetMor, lastPriceMor, startPriceMor } = inputs as Inputs;
      const [isMarket] = await values([['isMarketPrice', [totalMor, totalTokens, budgetMor]]]);
      const [priceMor] = await values([
        isMarket ? ['marketPriceUp', [totalMor, totalTokens]] : ['driftUp', [lastPriceMor, startPriceMor]],
      ]);
      expect({ isMarket, referencePriceMor: String(priceMor) }).to.deep.equal(expected);
    }
  });

  it('equals the vectors of quote', async () => {
    for (const { inputs, expected } of casesOf('access.json', 'quote')) {
      const { budgetMor, morPriceWad, pricePer1000Wad } = inputs as Inputs;
      const [priceMor, maxTokens] = await values([
        ['quotedPriceUp', [morPriceWad, pricePer1000Wad]],
        ['quotedTokensDown', [budgetMor, morPriceWad, pricePer1000Wad]],
      ]);
      expect({ referencePriceMor: String(priceMor), maxTokens: String(maxTokens) }).to.deep.equal(expected);
    }
  });

  it('equals the reference model for random MaxT, AccessRate and UserMax [YS-060]', async () => {
    await compare('maxTokensDown', fc.tuple(amount, positive), protocol.maxTokensOf, 11);
    await compare('accessRateDown', fc.tuple(amount, amount), protocol.accessRate, 12);
    const within = fc.tuple(amount, amount, amount).map(([maxTokens, counted, supplyMor]): [bigint, bigint, bigint] => {
      return [maxTokens, counted > supplyMor ? supplyMor : counted, supplyMor];
    });
    await compare(
      'userMaxDown',
      within,
      (maxTokens, countedMor, supplyMor) => protocol.userMax({ maxTokens, countedMor, supplyMor }),
      13,
    );
  });

  it('equals the reference model for random caps in MOR [YS-060]', async () => {
    await compare(
      'capDown',
      fc.tuple(amount, amount, shareBps, amount),
      (budgetMor, countedMor, bps, supplyMor) =>
        protocol.userMaxMor({ budgetMor, countedMor, shareBps: bps, supplyMor }),
      14,
    );
  });

  it('equals the reference model for random markets [YS-060]', async () => {
    const market = fc.tuple(amount, tokens, amount);
    await compare(
      'isMarketPrice',
      market,
      (totalMor, totalTokens, budgetMor) => protocol.isMarket({ totalMor, totalTokens, budgetMor }),
      15,
    );
    await compare('marketPriceUp', fc.tuple(amount, positive), protocol.marketPriceMor, 16);
    await compare('driftUp', fc.tuple(amount, amount), protocol.driftedPriceMor, 17);
  });

  it('equals the reference model for random quotes [YS-060]', async () => {
    await compare(
      'quotedPriceUp',
      fc.tuple(positive, positive),
      (morPriceWad, pricePer1000Wad) => protocol.quotedReferenceMor({ morPriceWad, pricePer1000Wad }),
      18,
    );
    await compare(
      'quotedTokensDown',
      fc.tuple(amount, positive, positive),
      (budgetMor, morPriceWad, pricePer1000Wad) =>
        protocol.quotedMaxTokens(budgetMor, { morPriceWad, pricePer1000Wad }),
      19,
    );
  });

  it('never gives more to a stake that is split over accounts than to one (I25) [YS-061]', async () => {
    const split = fc.record({
      maxTokens: amount,
      parts: fc.array(fc.bigInt(0n, 10n ** 25n), { minLength: 1, maxLength: 8 }),
      restMor: fc.bigInt(0n, 10n ** 26n),
    });
    const cases = fc.sample(split, { numRuns: runsOf(2_000) / 10, seed: 20 });
    for (const { maxTokens, parts, restMor } of cases) {
      const countedMor = parts.reduce((sum, part) => sum + part, 0n);
      const supplyMor = countedMor + restMor;
      const answers = (await values(
        [...parts, countedMor, supplyMor].map((each) => ['userMaxDown', [maxTokens, each, supplyMor]]),
      )) as bigint[];
      const [whole, all] = answers.slice(-2) as [bigint, bigint];
      expect(answers.slice(0, -2).reduce((sum, each) => sum + each, 0n) <= whole).to.equal(true);
      expect(whole <= all && all <= maxTokens).to.equal(true);
    }
  });
});
