import { expect } from 'chai';
import { computeMarket, type ComputeMarket } from '../../fixtures/compute';
import { midnight, today } from '../../fixtures/days';
import { wordOf } from '../../fixtures/errors';
import { load, time } from '../../fixtures/market';
import { ownerOf } from '../../fixtures/owner';

const UINT24_MAX = 2 ** 24 - 1;

describe('setLaunchDay', () => {
  let market: ComputeMarket;
  let diamond: ComputeMarket['diamond'];
  let day: number;

  beforeEach(async () => {
    market = await load(computeMarket);
    diamond = market.diamond.connect(await ownerOf(market));
    day = await today();
  });

  describe('when the caller is not the owner', () => {
    it('it should revert with OwnableUnauthorizedAccount', async () => {
      await expect(diamond.connect(market.guardian).setLaunchDay(day + 1))
        .to.be.revertedWithCustomError(diamond, 'OwnableUnauthorizedAccount')
        .withArgs(market.guardian.address);
    });
  });

  describe('when the day does not lie ahead', () => {
    it('it should revert with ValueOutOfRange', async () => {
      for (const past of [1, day - 1, day]) {
        await expect(diamond.setLaunchDay(past))
          .to.be.revertedWithCustomError(diamond, 'ValueOutOfRange')
          .withArgs(wordOf('launchDay'), past, day + 1, UINT24_MAX);
      }
    });
  });

  describe('when the day lies ahead', () => {
    it('it should set it, and change it or take it back until it comes', async () => {
      expect(await diamond.getLaunchDay()).to.equal(0n);
      for (const [previous, next] of [
        [0, day + 1],
        [day + 1, day + 9],
        [day + 9, 0],
        [0, UINT24_MAX],
      ] as const) {
        await expect(diamond.setLaunchDay(next)).to.emit(diamond, 'LaunchDayChanged').withArgs(previous, next);
        expect(await diamond.getLaunchDay()).to.equal(next);
      }
    });
  });

  describe('given the launch began', () => {
    it('it should revert with LaunchStarted', async () => {
      await diamond.setLaunchDay(day + 1);
      await time.setNextBlockTimestamp(midnight(day + 1) - 1);
      await diamond.setLaunchDay(day + 1);
      await time.increaseTo(midnight(day + 1));
      for (const next of [0, day + 2]) {
        await expect(diamond.setLaunchDay(next))
          .to.be.revertedWithCustomError(diamond, 'LaunchStarted')
          .withArgs(day + 1);
      }
    });
  });
});
