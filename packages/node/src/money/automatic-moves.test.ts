import type { Session } from '@yellowstone/client';
import { MOR } from '@yellowstone/protocol';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createFakeChain, type FakeChain } from '../testing/fake-chain.js';
import { addressOf, otherProviderWallet, providerWallet, readableLog, userWallet } from '../testing/keys.js';
import { createAutomaticMoves, type MoveOptions } from './automatic-moves.js';

const own = addressOf(providerWallet);
const HOUR_MS = 3_600_000;
let chain: FakeChain;
let now: number;
let logged: () => string;

beforeEach(() => {
  chain = createFakeChain();
  now = 1_000 * HOUR_MS;
});

function movesWith(options: Partial<MoveOptions>) {
  const { log, text } = readableLog();
  logged = text;
  return createAutomaticMoves(
    { chain: chain.as(providerWallet), clock: { now: () => now }, log },
    { withdrawFromMor: undefined, claimFromMor: undefined, everySeconds: 3_600, ...options },
  );
}

describe('createAutomaticMoves', () => {
  it('moves nothing unless told to', async () => {
    chain.letWithdraw(own, MOR);
    chain.credit(own, MOR);
    await movesWith({}).run();
    expect(chain.sent).toEqual([]);
  });

  it.each([
    ['at the threshold', MOR, ['withdrawStake', 'claimSessionCredits']],
    ['below it', MOR - 1n, []],
    ['nothing at all', 0n, []],
  ])('moves %s', async (_, amountMor, sent) => {
    chain.letWithdraw(own, amountMor);
    chain.credit(own, amountMor);
    await movesWith({ withdrawFromMor: MOR, claimFromMor: MOR }).run();
    expect(chain.sent).toEqual(sent);
    expect(chain.balanceOf(own)).toBe(sent.length === 0 ? 0n : amountMor);
  });

  it('does not move nothing even from nothing on', async () => {
    await movesWith({ withdrawFromMor: 0n, claimFromMor: 0n }).run();
    expect(chain.sent).toEqual([]);
  });

  it('measures claims by what the guard of the pool lets out', async () => {
    chain.credit(own, 100n * MOR);
    await movesWith({ claimFromMor: 11n * MOR }).run();
    expect(chain.sent).toEqual([]);
    await movesWith({ claimFromMor: 10n * MOR }).run();
    expect(chain.sent).toEqual(['claimSessionCredits']);
  });

  it('claims for the provider that a node acts for', async () => {
    const provider = addressOf(otherProviderWallet);
    chain.credit(provider, MOR);
    await movesWith({ claimFromMor: MOR, provider }).run();
    expect(chain.sent).toEqual(['claimSessionCredits']);
  });

  it('closes direct sessions that ended while nobody looked, since their pay comes with the closing', async () => {
    const bid = chain.addBid({ wallet: providerWallet, endpoint: 'p.example:1', name: 'm', priceMor: MOR });
    const at = BigInt(Math.floor(Date.now() / 1_000));
    const session = (change: Partial<Session>): string => {
      const { sessionId } = chain.addSession(bid, addressOf(userWallet));
      chain.changeSession(sessionId, { openedAt: at - 10_000n, endsAt: at - 9_000n, payment: 'direct', ...change });
      return sessionId;
    };
    const running = session({ endsAt: at + 60n });
    session({ payment: 'pool' });
    const [young, cheap, gone] = [
      session({ endsAt: at - 3_000n }),
      session({ pricePerSecondMor: 1n }),
      session({ endsAt: at - 3_700n }),
    ];
    const moves = movesWith({ claimFromMor: 1_000n * MOR });
    await moves.run();
    await moves.run();
    expect(chain.sent).toEqual(['closeSession']);
    const open = chain.sessions().filter(({ isClosed, payment }) => !isClosed && payment === 'direct');
    expect(open.map(({ sessionId }) => sessionId)).toEqual([running, young, cheap]);
    expect(gone).not.toBe(running);
    await movesWith({ withdrawFromMor: 1n }).run();
    expect(chain.sent).toHaveLength(1);
  });

  it('makes a move once in its time, also after a restart and beside another process', async () => {
    chain.letWithdraw(own, MOR);
    await Promise.all([movesWith({ withdrawFromMor: 1n }).run(), movesWith({ withdrawFromMor: 1n }).run()]);
    chain.letWithdraw(own, MOR);
    now += HOUR_MS - 1;
    await movesWith({ withdrawFromMor: 1n }).run();
    expect(chain.sent).toEqual(['withdrawStake']);
    now += 1;
    await movesWith({ withdrawFromMor: 1n }).run();
    expect(chain.sent).toEqual(['withdrawStake', 'withdrawStake']);
  });

  it('goes on with the next move when one fails, and says so', async () => {
    chain.letWithdraw(own, MOR);
    chain.credit(own, MOR);
    chain.fail('withdrawStake', { code: 'NO_GAS_MONEY', when: 'sending' });
    await movesWith({ withdrawFromMor: MOR, claimFromMor: MOR }).run();
    expect(chain.sent).toEqual(['claimSessionCredits']);
    expect(logged()).toMatch(/withdraw stake.*money not moved/);
    expect(logged()).toMatch(/claim credits.*money moved by itself/);
  });

  it('looks by its schedule until it is stopped', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const moves = movesWith({ withdrawFromMor: 1n });
      moves.start();
      chain.letWithdraw(own, MOR);
      await vi.advanceTimersByTimeAsync(30_000);
      expect(chain.sent).toHaveLength(1);
      chain.letWithdraw(own, MOR);
      now += HOUR_MS;
      await vi.advanceTimersByTimeAsync(HOUR_MS);
      expect(chain.sent).toHaveLength(2);
      await moves.stop();
      chain.letWithdraw(own, MOR);
      now += HOUR_MS;
      await vi.advanceTimersByTimeAsync(HOUR_MS);
      expect(chain.sent).toHaveLength(2);
    } finally {
      vi.useRealTimers();
    }
  });
});
