import { expect } from 'chai';
import { midnight, vestDay } from '../../fixtures/days';
import { PRICE_MOR, load, openMarket, time } from '../../fixtures/market';
import { SESSION_SECONDS, openSession } from '../../fixtures/sessions';

const COST_MOR = PRICE_MOR * BigInt(SESSION_SECONDS);

describe('reads of ClaimFacet', () => {
  it('tell vested and unvested credits, and what waits in escrow', async () => {
    const { diamond, provider, ...market } = await load(openMarket);
    expect(await diamond.getSessionCredits(provider)).to.deep.equal([0n, 0n]);
    const { openedAt } = await openSession({ diamond, provider, ...market });
    const vestsAt = midnight(vestDay(openedAt + SESSION_SECONDS));
    const table = [
      [openedAt + 1, [0n, COST_MOR]],
      [openedAt + SESSION_SECONDS, [0n, COST_MOR]],
      [vestsAt - 1, [0n, COST_MOR]],
      [vestsAt, [COST_MOR, 0n]],
      [vestsAt + 86_400 * 300, [COST_MOR, 0n]],
    ] as const;
    for (const [at, expected] of table) {
      await time.increaseTo(at);
      expect(await diamond.getSessionCredits(provider), `at ${at}`).to.deep.equal(expected);
    }
    expect(await diamond.getDirectOwed(provider)).to.equal(0n);
  });
});
