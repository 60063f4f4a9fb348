import { expect } from 'chai';
import { ethers } from 'hardhat';
import type { BaseContract } from 'ethers';
import { wordOf } from '../fixtures/errors';
import { MOR, load, fundedMarket } from '../fixtures/market';
import { NO_PARAMETERS } from '../fixtures/parameters';

const BUCKET = {
  initialRewardMor: MOR,
  rewardDecreaseMor: 1n,
  payoutStartAt: 1_707_350_400,
  decreaseIntervalSeconds: 86_400,
};

describe('parameters of a new diamond', () => {
  let init: BaseContract;
  let errors: BaseContract;
  let mor: string;

  beforeEach(async () => {
    mor = await (await load(fundedMarket)).mor.getAddress();
    init = await ethers.deployContract('DiamondInit');
    errors = await ethers.getContractAt('IYellowstone', init);
  });

  const table = [
    ['a token without code', { mor: ethers.ZeroAddress }, 'ZeroValue', [wordOf('mor')]],
    ['no emission', { emission: [] }, 'ZeroValue', [wordOf('emission')]],
    ['a compute bucket behind the last', { computeBucket: 2 }, 'ValueOutOfRange', [wordOf('computeBucket'), 2, 0, 1]],
    [
      'a bucket that never falls',
      { emission: [BUCKET, { ...BUCKET, decreaseIntervalSeconds: 0 }] },
      'ZeroValue',
      [wordOf('decreaseIntervalSeconds')],
    ],
  ] as const;
  for (const [what, change, error, args] of table) {
    it(`are refused with ${what}`, async () => {
      const parameters = { ...NO_PARAMETERS, mor, emission: [BUCKET, BUCKET], ...change };
      await expect(init.getFunction('initialise')(parameters))
        .to.be.revertedWithCustomError(errors, error)
        .withArgs(...args);
    });
  }
});
