import type { PageRequest } from '@yellowstone/client';
import { describe, expect, it } from 'vitest';
import { createFakeChain } from '../../testing/fake-chain.js';
import { addressOf, providerWallet, userWallet } from '../../testing/keys.js';
import { createReadOwnSessions } from './read-own-sessions.js';

const user = addressOf(userWallet);

/** So many sessions of a day and a half ago, and so many of now. */
function userWith({ old, young }: { old: number; young: number }) {
  const chain = createFakeChain();
  const bid = chain.addBid({ wallet: providerWallet, endpoint: 'p.example:1', name: 'm' });
  const now = BigInt(Math.floor(Date.now() / 1_000));
  const open = () => chain.addSession(bid, user).sessionId;
  for (let at = 0; at < old; at += 1) chain.changeSession(open(), { openedAt: now - 130_000n, endsAt: now - 120_000n });
  const sessions = Array.from({ length: young }, open);
  const { reads } = chain.as(userWallet);
  const asked: PageRequest[] = [];
  const userSessions: typeof reads.userSessions = (who, page = {}) => {
    asked.push(page);
    return reads.userSessions(who, page);
  };
  const read = createReadOwnSessions({ reads: { ...reads, userSessions }, chainClock: reads }, user);
  const openIds = async () => (await read(new Map())).open.map(({ sessionId }) => sessionId);
  return { chain, open, sessions, asked, read, openIds };
}

describe('createReadOwnSessions', () => {
  it('finds an open session behind any number of later ones', async () => {
    const { chain, sessions, openIds } = userWith({ old: 0, young: 121 });
    for (const sessionId of sessions.slice(1)) chain.changeSession(sessionId, { isClosed: true });
    expect(await openIds()).toEqual([sessions[0]]);
    expect(await openIds()).toEqual([sessions[0]]);
  });

  it('reads no further back than sessions can last, and later only what is not over', async () => {
    const { chain, open, sessions, asked, read, openIds } = userWith({ old: 200, young: 3 });
    expect(await openIds()).toEqual(sessions);
    expect(asked).toEqual([{ limit: 1 }, { offset: 153, limit: 50 }]);
    asked.length = 0;
    chain.changeSession(sessions[0]!, { isClosed: true });
    const late = open();
    const { open: found, closed } = await read(new Map());
    expect(found.map(({ sessionId }) => sessionId)).toEqual([sessions[1], sessions[2], late]);
    expect([...closed]).toEqual([sessions[0]]);
    expect(asked).toEqual([{ limit: 1 }, { offset: 200, limit: 4 }]);
    await openIds();
    expect(asked.at(-1)).toEqual({ offset: 201, limit: 3 });
  });

  it('goes on after an endpoint that lags, and with nothing open', async () => {
    const { chain, open, sessions, openIds } = userWith({ old: 1, young: 1 });
    chain.changeSession(sessions[0]!, { isClosed: true });
    expect(await openIds()).toEqual([]);
    expect(await openIds()).toEqual([]);
    const late = open();
    expect(await openIds()).toEqual([late]);
  });
});
