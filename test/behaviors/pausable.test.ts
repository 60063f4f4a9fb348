import { expect } from 'chai';
import { HOUR, Op, load, time } from '../fixtures/market';
import { WRITES, send, stagedMarket, type StagedMarket } from '../fixtures/writes';

const ALL = Op.Register | Op.Bid | Op.Open | Op.Commit;

describe('pausing [YS-052]', () => {
  let market: StagedMarket;

  beforeEach(async () => {
    market = await load(stagedMarket);
  });

  it('knows every function that writes', () => {
    const names: string[] = [];
    market.diamond.interface.forEachFunction((each) => {
      if (each.stateMutability === 'nonpayable') names.push(each.name);
    });
    expect(WRITES.map(({ name }) => name).sort()).to.deep.equal(names.sort());
  });

  for (const write of WRITES.filter(({ pausedBy }) => pausedBy !== undefined)) {
    it(`stops ${write.name} with its own bit only, and for 72 hours only`, async () => {
      const { diamond, guardian } = market;
      await diamond.connect(guardian).pause(ALL & ~write.pausedBy!);
      await send(market, write);

      market = await load(stagedMarket);
      await diamond.connect(guardian).pause(write.pausedBy!);
      const { until } = await diamond.pauseState();
      await expect(send(market, write))
        .to.be.revertedWithCustomError(diamond, 'OperationPaused')
        .withArgs(write.pausedBy, until);
      await time.increase(72 * HOUR);
      await send(market, write);
    });
  }

  for (const write of WRITES.filter(({ pausedBy, name }) => pausedBy === undefined && !name.includes('pause'))) {
    it(`never stops ${write.name}`, async () => {
      await market.diamond.connect(market.guardian).pause(ALL);
      await write.prepare?.(market);
      await send(market, write);
    });
  }
});
