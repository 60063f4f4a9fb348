import { expect } from 'chai';
import { load } from '../fixtures/market';
import { ownerOf } from '../fixtures/owner';
import { WRITES, send, stagedMarket, type StagedMarket } from '../fixtures/writes';

describe('roles [YS-051]', () => {
  let market: StagedMarket;

  beforeEach(async () => {
    market = await load(stagedMarket);
  });

  for (const write of WRITES.filter(({ role }) => role === 'owner')) {
    it(`let only the owner call ${write.name}`, async () => {
      const { diamond, deployer, guardian, provider, stranger } = market;
      for (const account of [deployer, guardian, provider, stranger]) {
        await expect(send(market, write, account))
          .to.be.revertedWithCustomError(diamond, 'OwnableUnauthorizedAccount')
          .withArgs(account.address);
      }
      await send(market, write);
    });
  }

  for (const write of WRITES.filter(({ role }) => role?.startsWith('guardian'))) {
    it(`let only ${write.role} call ${write.name}`, async () => {
      const { diamond, deployer, guardian, provider } = market;
      const owner = await ownerOf(market);
      await write.prepare?.(market);
      for (const account of write.role === 'guardian' ? [deployer, provider, owner] : [deployer, provider]) {
        await expect(send(market, write, account))
          .to.be.revertedWithCustomError(diamond, 'NotGuardian')
          .withArgs(account.address, guardian.address);
      }
      await send(market, write);
    });
  }
});
