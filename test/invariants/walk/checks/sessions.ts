import { must, same } from './assert';
import { eventsOf, type Check } from './check';

export const SESSIONS: readonly Check[] = [
  {
    name: 'I16 a session opens once and closes once',
    holds: (world, before, after) => {
      const was = new Map(before.sessions.map(({ sessionId, isClosed }) => [sessionId, isClosed]));
      for (const { sessionId, isClosed } of after.sessions) {
        same(isClosed, !world.sessions.get(sessionId)!.isOpen, sessionId);
        if (was.get(sessionId) === true) must(isClosed, `${sessionId} opened again`);
      }
    },
  },
  {
    name: 'I17 a session earns at most price x time, and its cost is divided without a rest',
    holds: (world) => {
      for (const { args } of eventsOf(world, 'SessionSettled')) {
        const { sessionId, usedSeconds, creditedMor, returnedMor, backToPoolMor } = args.toObject();
        const session = world.sessions.get(sessionId)!;
        const priceMor = session.costMor / BigInt(session.durationSeconds);
        const elapsed = Math.min(world.now - session.openedAt, session.durationSeconds);
        same(usedSeconds, BigInt(elapsed), 'used');
        must(creditedMor + backToPoolMor <= priceMor * BigInt(elapsed), 'earned');
        same(creditedMor + returnedMor + backToPoolMor, session.costMor, 'parts');
      }
    },
  },
];
