import { expect } from 'chai';
import { BOND_MOR, HOLD_SECONDS, RouterState, computeMarket } from '../../fixtures/compute';
import { today } from '../../fixtures/days';
import { DAY, MOR, emptyMarket, load, time } from '../../fixtures/market';
import { commitPlain } from '../../fixtures/routers';

describe('reads of RouterFacet', () => {
  it('tell a market without routers', async () => {
    const { diamond, stranger } = await load(emptyMarket);
    expect(await diamond.getRouters()).to.deep.equal([]);
    const clock = BigInt(await time.latest());
    const unknown = [stranger.address, RouterState.Unknown, 0n, 0n, 0n, 0n, clock, 0n, 0n, 0n, 0n];
    expect(await diamond.getRouter(stranger)).to.deep.equal(unknown);
    expect(await diamond.routerShare(stranger, await today())).to.equal(0n);
    expect(await diamond.getLaunchDay()).to.equal(0n);
    expect(await diamond.getRouterRules()).to.deep.equal([5_000n, 100n, 500n, 600n, 100n * MOR]);
  });

  it('tell each router with all it has', async () => {
    const market = await load(computeMarket);
    const { diamond, router, otherRouter } = market;
    const day = await today();
    await commitPlain(market, router, { totalMor: MOR });
    await diamond.connect(market.guardian).holdRouter(router);
    const heldAt = await time.latest();
    await diamond.connect(otherRouter).leaveRouter();
    const leavingAt = await time.latest();
    await time.increase(5);
    const views = [
      [
        router.address,
        RouterState.Admitted,
        BOND_MOR,
        MOR,
        6_000n,
        6_000n,
        BigInt(heldAt),
        BigInt(heldAt),
        0n,
        0n,
        BigInt(day),
      ],
      [
        otherRouter.address,
        RouterState.Admitted,
        BOND_MOR,
        0n,
        4_000n,
        0n,
        BigInt(leavingAt + 5),
        0n,
        0n,
        BigInt(leavingAt + 7 * DAY),
        0n,
      ],
    ];
    expect(await diamond.getRouters()).to.deep.equal(views);
    expect(await diamond.getRouter(router)).to.deep.equal(views[0]);
    await time.increaseTo(heldAt + HOLD_SECONDS);
    expect((await diamond.getRouters()).map(({ state }) => state)).to.deep.equal([
      RouterState.Cancelled,
      RouterState.Admitted,
    ]);
  });
});
