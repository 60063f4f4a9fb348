import { expect } from 'chai';
import { delegateTo, type Right } from '../fixtures/delegation';
import { load } from '../fixtures/market';
import { WRITES, callerOf, send, stagedMarket, type StagedMarket } from '../fixtures/writes';

const RIGHTS: readonly Right[] = ['PROVIDER', 'MODEL', 'MARKETPLACE', 'SESSION'];

describe('delegation', () => {
  let market: StagedMarket;

  beforeEach(async () => {
    market = await load(stagedMarket);
  });

  for (const write of WRITES.filter(({ right }) => right !== undefined)) {
    it(`lets a delegate call ${write.name} with ${write.right} rights and no others`, async () => {
      const { diamond, delegate, stranger } = market;
      const account = await callerOf(market, write);
      const args = await write.args(market);
      const refuse = async (as: typeof delegate) => {
        await expect(send(market, write, as, args))
          .to.be.revertedWithCustomError(diamond, 'InsufficientRightsForOperation')
          .withArgs(await account.getAddress(), as.address);
      };
      for (const right of RIGHTS.filter((each) => each !== write.right)) {
        await delegateTo(market, account, delegate, right);
      }
      await refuse(delegate);
      await refuse(stranger);
      await delegateTo(market, account, delegate, write.right!);
      await delegateTo(market, account, delegate, write.right!, false);
      await refuse(delegate);
      await delegateTo(market, account, delegate, write.right!);
      await send(market, write, delegate, args);
    });
  }
});
