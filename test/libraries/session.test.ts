import { expect } from 'chai';
import { ethers, network } from 'hardhat';
import { setNextBlockTimestamp } from '@nomicfoundation/hardhat-network-helpers/dist/src/helpers/time';
import type { BaseContract, TransactionResponse } from 'ethers';
import { readMany } from '../fixtures/batch';
import {
  DAY,
  ENDPOINT,
  load,
  MOR,
  openMarket,
  Payment,
  Purpose,
  time,
  Verdict,
  type OpenMarket,
} from '../fixtures/market';
import { ownerOf } from '../fixtures/owner';
import { NO_RECEIPT, signApproval, termsOf } from '../fixtures/sessions';
import { casesOf, errorOf, formulasOf, type VectorCase } from '../fixtures/vectors';

const PRICE_MOR = 10_000_000_007n;
const MIDNIGHT = 20_000 * DAY;

interface Close {
  readonly openedAt: number;
  readonly durationSeconds: number;
  readonly now: number;
  readonly payment: 'pool' | 'direct';
  readonly verdict: 'pass' | 'fail';
  readonly closer: 'user' | 'provider' | 'anyone';
  readonly userStakeExceededProviderStake: boolean;
}

/** The vectors that a diamond can reach: a price in its range, a close not before the opening. */
const reachable = casesOf('session.json', 'settleSession').filter(
  (vector) => vector.inputs['pricePerSecondMor'] === String(PRICE_MOR) && errorOf(vector) !== 'SESSION_NOT_OPEN_YET',
);

const closeOf = ({ inputs }: VectorCase): Close => ({
  ...(inputs as unknown as Close),
  openedAt: Number(inputs['openedAt']),
  durationSeconds: Number(inputs['durationSeconds']),
  now: Number(inputs['now']),
});

/** Half an hour before the first vector: a bid at their price, a user with 200 MOR and one with 1 MOR of stake. */
async function vectorMarket(): Promise<OpenMarket> {
  const market = await openMarket();
  const { diamond, provider, user, otherUser, modelId } = market;
  await diamond.connect(await ownerOf(market)).setMinMaxBidPricePerSecond(1, 10n ** 19n);
  await diamond.connect(provider).providerRegister(provider, 0, ENDPOINT);
  await diamond.connect(provider).postModelBid(provider, modelId, PRICE_MOR);
  await diamond.connect(user).stake(Purpose.Session, 200n * MOR);
  await diamond.connect(otherUser).stake(Purpose.Session, MOR);
  await time.increaseTo(MIDNIGHT - DAY);
  return { ...market, bidId: await diamond.getBidId(provider, modelId, 1), priceMor: PRICE_MOR };
}

describe('session', () => {
  let harness: BaseContract;

  before(async () => {
    harness = await ethers.deployContract('MathHarness');
  });

  it('knows every formula of session.json', () => {
    expect(formulasOf('session.json')).to.have.members([
      'sessionCostMor',
      'earnedMor',
      'disputeWindowSeconds',
      'vestDay',
      'settleSession',
    ]);
  });

  it('equals the vectors of sessionCostMor, disputeWindowSeconds and vestDay', async () => {
    for (const [formula, name, inputsOf] of [
      ['sessionCostMor', 'cost', (i: VectorCase['inputs']) => [i['pricePerSecondMor'], i['durationSeconds']]],
      ['disputeWindowSeconds', 'disputeSeconds', (i: VectorCase['inputs']) => [i['durationSeconds']]],
      ['vestDay', 'vestDay', (i: VectorCase['inputs']) => [i['endedAt']]],
    ] as const) {
      const cases = casesOf('session.json', formula);
      const answers = await readMany(
        harness,
        cases.map(({ inputs }) => [name, inputsOf(inputs)]),
      );
      expect(
        answers.map((answer) => String(answer[0])),
        formula,
      ).to.deep.equal(cases.map(({ expected }) => expected));
    }
  });

  it('equals the vectors of earnedMor; a close before the opening is a panic', async () => {
    for (const vector of casesOf('session.json', 'earnedMor')) {
      const { openedAt, durationSeconds, now, pricePerSecondMor } = vector.inputs as Record<string, string>;
      const used = harness.getFunction('usedSeconds').staticCall(openedAt, durationSeconds, now);
      if (errorOf(vector) === undefined) {
        expect(String(BigInt(pricePerSecondMor!) * ((await used) as bigint))).to.equal(vector.expected);
      } else {
        await expect(used).to.be.revertedWithPanic(0x11);
      }
    }
  });

  it('refuses a cost above 128 bits', async () => {
    const cost = harness.getFunction('cost');
    await expect(cost.staticCall(2n ** 127n, 2)).to.be.revertedWithCustomError(
      { interface: new ethers.Interface(['error SafeCastOverflowedUintDowncast(uint8 bits, uint256 value)']) },
      'SafeCastOverflowedUintDowncast',
    );
  });

  describe('settlement, through the diamond', () => {
    it('reaches all vectors but those with another price or a close before the opening', () => {
      expect(casesOf('session.json', 'settleSession').length - reachable.length).to.equal(3);
    });

    reachable.forEach((vector) => {
      const { payment, verdict, closer, durationSeconds, openedAt, now, userStakeExceededProviderStake } =
        closeOf(vector);
      const title =
        `${payment} of ${durationSeconds} s from ${new Date(openedAt * 1_000).toISOString().slice(11, 19)}, ` +
        `closed after ${now - openedAt} s by ${closer}, ${verdict}, ` +
        `${userStakeExceededProviderStake ? 'more' : 'less'} stake than the provider`;
      it(title, async () => checkSettlement(vector));
    });
  });

  async function checkSettlement(vector: VectorCase): Promise<void> {
    const close = closeOf(vector);
    const market = await load(vectorMarket);
    const { diamond, mor, modelId, provider, stranger } = market;
    const user = close.userStakeExceededProviderStake ? market.user : market.otherUser;
    const isPool = close.payment === 'pool';
    const { request, approval } = await termsOf(market, {
      request: {
        durationSeconds: close.durationSeconds,
        payment: isPool ? Payment.Pool : Payment.Direct,
        maxStakeMor: 0,
      },
      approval: { user: user.address, deadline: close.openedAt },
    });
    const signature = await signApproval(market, provider, approval);
    const asUser = diamond.connect(user);
    // Only the user can say something; the reference model ignores the verdict of others.
    const said = close.verdict === 'pass' ? Verdict.Pass : Verdict.Fail;
    const verdict = close.closer === 'user' ? said : Verdict.None;
    const closer = { user, provider, anyone: stranger }[close.closer];
    const ends = (sessionId: string): Promise<TransactionResponse> =>
      diamond.connect(closer).closeSession(sessionId, verdict, NO_RECEIPT, '0x', { gasLimit: 1_000_000 });

    await setNextBlockTimestamp(close.openedAt);
    const sessionId = await firstSessionId();
    const isSameSecond = close.now === close.openedAt;
    if (isSameSecond) await network.provider.send('evm_setAutomine', [false]);
    await asUser.openSession(request, approval, signature, { gasLimit: 2_000_000 });
    const paidBefore = await mor.balanceOf(provider);
    const refundBefore = await mor.balanceOf(user);
    const usedBefore = isSameSecond ? 0n : (await diamond.getStake(user, Purpose.Session)).usedMor;
    if (!isSameSecond) await setNextBlockTimestamp(close.now);

    if (errorOf(vector) === 'SESSION_NOT_ENDED') {
      await expect(ends(sessionId))
        .to.be.revertedWithCustomError(diamond, 'SessionNotEnded')
        .withArgs(close.now, close.openedAt + close.durationSeconds);
      return;
    }
    const sent = await ends(sessionId);
    if (isSameSecond) {
      await network.provider.send('evm_mine');
      await network.provider.send('evm_setAutomine', [true]);
    }
    const receipt = await sent.wait();
    const settled = receipt!.logs
      .map((log) => diamond.interface.parseLog(log))
      .find((event) => event?.name === 'SessionSettled')!.args;

    const wanted = vector.expected as Record<string, string>;
    const costMor = PRICE_MOR * BigInt(close.durationSeconds);
    expect(String(settled['creditedMor']), 'credited').to.equal(wanted['creditedMor']);
    expect(String(settled['backToPoolMor']), 'back to the pool').to.equal(wanted['backToPoolMor']);
    expect(settled['creditedMor'] + settled['returnedMor'] + settled['backToPoolMor'], 'sum').to.equal(costMor);
    expect(String((await diamond.getStatistics(modelId, provider)).earnedMor), 'earned').to.equal(wanted['earnedMor']);
    if (isPool) {
      const usedAfter = (await diamond.getStake(user, Purpose.Session)).usedMor;
      const isSameDay = Math.floor(close.now / DAY) === Math.floor(close.openedAt / DAY);
      const backMor = isSameDay ? (isSameSecond ? costMor : usedBefore) - usedAfter : 0n;
      expect(String(backMor), 'back to allowance').to.equal(wanted['backToAllowanceMor']);
      expect((await diamond.getPool()).owedMor, 'owed').to.equal(settled['creditedMor']);
    } else if (!isSameSecond) {
      expect(String((await mor.balanceOf(user)) - refundBefore), 'refund').to.equal(wanted['refundedMor']);
      expect(String((await mor.balanceOf(provider)) - paidBefore), 'pay').to.equal(wanted['creditedMor']);
    }

    async function firstSessionId(): Promise<string> {
      const { chainId } = await ethers.provider.getNetwork();
      const values = [chainId, await diamond.getAddress(), 0];
      return ethers.keccak256(ethers.AbiCoder.defaultAbiCoder().encode(['uint256', 'address', 'uint256'], values));
    }
  }
});
