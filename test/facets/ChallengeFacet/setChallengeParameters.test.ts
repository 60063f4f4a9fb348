import { expect } from 'chai';
import { DEPOSIT_MOR, REWARD_MOR, fundDeposits, sealedBook } from '../../fixtures/books';
import { computeMarket, type ComputeMarket } from '../../fixtures/compute';
import { wordOf } from '../../fixtures/errors';
import { MOR, load } from '../../fixtures/market';
import { ownerOf } from '../../fixtures/owner';

describe('setChallengeParameters', () => {
  let market: ComputeMarket;
  let diamond: ComputeMarket['diamond'];

  beforeEach(async () => {
    market = await load(computeMarket);
    diamond = market.diamond.connect(await ownerOf(market));
  });

  describe('when the caller is not the owner', () => {
    it('it should revert with OwnableUnauthorizedAccount', async () => {
      await expect(market.diamond.connect(market.guardian).setChallengeParameters(1, 1))
        .to.be.revertedWithCustomError(diamond, 'OwnableUnauthorizedAccount')
        .withArgs(market.guardian.address);
    });
  });

  describe('when the deposit is zero', () => {
    it('it should revert with ZeroValue', async () => {
      await expect(diamond.setChallengeParameters(1, 0))
        .to.be.revertedWithCustomError(diamond, 'ZeroValue')
        .withArgs(wordOf('depositMor'));
    });
  });

  describe('when the values are in range', () => {
    it('it should set them and tell the old ones', async () => {
      await expect(diamond.setChallengeParameters(0, 3n * MOR))
        .to.emit(diamond, 'ChallengeParametersChanged')
        .withArgs(REWARD_MOR, 0, DEPOSIT_MOR, 3n * MOR);
      expect(await diamond.getChallengeParameters()).to.deep.equal([0n, 3n * MOR]);
    });
  });

  describe('given a demand is open', () => {
    it('it should keep the deposit of the demand as it is', async () => {
      const { day } = await sealedBook(market);
      await fundDeposits(market, [market.stranger]);
      await market.diamond.connect(market.stranger).demandAnswer(market.router, day, 0);
      await diamond.setChallengeParameters(0, 3n * MOR);
      expect((await diamond.getDemand(market.router, day, 0)).depositMor).to.equal(DEPOSIT_MOR);
    });
  });
});
