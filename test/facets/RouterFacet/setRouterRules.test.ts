import { expect } from 'chai';
import { computeMarket, type ComputeMarket } from '../../fixtures/compute';
import { wordOf } from '../../fixtures/errors';
import { MOR, load } from '../../fixtures/market';
import { ownerOf } from '../../fixtures/owner';

/** X 40 %, Z 50, delta 3 %, 5 min, 7 MOR. */
const RULES = {
  slowerBps: 4_000n,
  meanAnswers: 50n,
  deltaBps: 300n,
  commitIntervalSeconds: 300n,
  commitThresholdMor: 7n * MOR,
};

describe('setRouterRules', () => {
  let market: ComputeMarket;
  let diamond: ComputeMarket['diamond'];

  beforeEach(async () => {
    market = await load(computeMarket);
    diamond = market.diamond.connect(await ownerOf(market));
  });

  describe('when the caller is not the owner', () => {
    it('it should revert with OwnableUnauthorizedAccount', async () => {
      await expect(diamond.connect(market.guardian).setRouterRules(RULES))
        .to.be.revertedWithCustomError(diamond, 'OwnableUnauthorizedAccount')
        .withArgs(market.guardian.address);
    });
  });

  describe('when the interval of commits is zero', () => {
    it('it should revert with ZeroValue', async () => {
      await expect(diamond.setRouterRules({ ...RULES, commitIntervalSeconds: 0 }))
        .to.be.revertedWithCustomError(diamond, 'ZeroValue')
        .withArgs(wordOf('commitIntervalSeconds'));
    });
  });

  describe('when the mean has no answers', () => {
    it('it should revert with ZeroValue', async () => {
      await expect(diamond.setRouterRules({ ...RULES, meanAnswers: 0 }))
        .to.be.revertedWithCustomError(diamond, 'ZeroValue')
        .withArgs(wordOf('meanAnswers'));
    });
  });

  describe('when the rules are sound', () => {
    it('it should set them and tell the old ones', async () => {
      const before = [5_000n, 100n, 500n, 600n, 100n * MOR];
      expect(await diamond.getRouterRules()).to.deep.equal(before);
      await expect(diamond.setRouterRules(RULES))
        .to.emit(diamond, 'RouterRulesChanged')
        .withArgs(before, Object.values(RULES));
      expect(await diamond.getRouterRules()).to.deep.equal(Object.values(RULES));
    });
  });
});
