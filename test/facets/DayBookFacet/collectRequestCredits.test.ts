import { expect } from 'chai';
import { sealedBook, type SealedBook } from '../../fixtures/books';
import { FINALITY_SECONDS, computeMarket, providerProofOf, type ComputeMarket } from '../../fixtures/compute';
import { MOR, load, time } from '../../fixtures/market';
import { expectMoney } from '../../fixtures/money';
import { ownerOf } from '../../fixtures/owner';

describe('collectRequestCredits', () => {
  let market: ComputeMarket;
  let diamond: ComputeMarket['diamond'];
  let owner: ComputeMarket['diamond'];
  let sealed: SealedBook;
  let provider: string;
  let waitingMor: bigint;

  beforeEach(async () => {
    market = await load(computeMarket);
    diamond = market.diamond.connect(market.stranger);
    owner = market.diamond.connect(await ownerOf(market));
    sealed = await sealedBook(market);
    ({ provider, dayMor: waitingMor } = sealed.book.claims[0]!.leaf);
  });

  /** Claims while the guard lets nothing out, then lets it out again. */
  const wait = async () => {
    await owner.setPoolParameters(0, 0, MOR);
    await time.increaseTo(sealed.sealedAt + FINALITY_SECONDS);
    await diamond.claimRequestCredits(market.router, sealed.day, providerProofOf(sealed.book.claims[0]!));
    await owner.setPoolParameters(100, 100, MOR);
  };
  const collect = (maxMor: bigint) => diamond.collectRequestCredits(provider, maxMor);

  describe('given nothing is owed', () => {
    it('it should revert with NothingOwed', async () => {
      await expect(collect(1n)).to.be.revertedWithCustomError(diamond, 'NothingOwed').withArgs(provider);
    });
  });

  describe('given credits wait', () => {
    it('it should pay at most what is asked for, then the rest, then nothing', async () => {
      await wait();
      const { owedMor } = await diamond.getPool();
      const tx = await expectMoney(market, () => collect(7n), {
        wallets: [[provider, 7n]],
        buckets: { Pool: -7n },
      });
      await expect(tx)
        .to.emit(diamond, 'RequestCreditsCollected')
        .withArgs(provider, 7, waitingMor - 7n);
      expect((await diamond.getPool()).owedMor).to.equal(owedMor - 7n);
      await expectMoney(market, () => collect(2n ** 128n - 1n), {
        wallets: [[provider, waitingMor - 7n]],
        buckets: { Pool: 7n - waitingMor },
      });
      await expect(collect(1n)).to.be.revertedWithCustomError(diamond, 'NothingOwed').withArgs(provider);
    });
  });

  describe('given the guard lets nothing out', () => {
    it('it should pay nothing and keep what is owed', async () => {
      await wait();
      await owner.setPoolParameters(0, 0, MOR);
      await expect(collect(waitingMor)).to.emit(diamond, 'RequestCreditsCollected').withArgs(provider, 0, waitingMor);
      expect(await diamond.getRequestCredits(provider)).to.equal(waitingMor);
    });
  });

  describe('given the router was suspended or cancelled since', () => {
    it('it should pay all the same', async () => {
      await wait();
      await diamond.connect(market.guardian).holdRouter(market.router);
      await owner.cancelRouter(market.router);
      await expectMoney(market, () => collect(waitingMor), {
        wallets: [[provider, waitingMor]],
        buckets: { Pool: -waitingMor },
      });
    });
  });
});
