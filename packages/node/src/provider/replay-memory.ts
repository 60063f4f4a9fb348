import { nodeError } from '../errors.js';

/** Remembers requests as long as they could be replayed. */
export interface ReplayMemory {
  /** @throws request_replayed if it was seen, replay_memory_full if nothing more can be remembered. */
  admit(request: {
    readonly sessionId: string;
    readonly requestId: string;
    readonly deadline: bigint;
    readonly now: bigint;
  }): void;
}

/** In the memory of the process: a restart forgets, for the seconds that authorizations last. */
export function createReplayMemory({ maxEntries = 200_000 }: { readonly maxEntries?: number } = {}): ReplayMemory {
  const deadlines = new Map<string, bigint>();
  const forget = (now: bigint): void => {
    for (const [key, deadline] of deadlines) if (deadline < now) deadlines.delete(key);
  };
  let forgottenAt = 0n;
  return {
    admit({ sessionId, requestId, deadline, now }) {
      const isFull = deadlines.size >= maxEntries;
      if (now > forgottenAt + 30n || (isFull && now > forgottenAt)) {
        forget(now);
        forgottenAt = now;
      }
      const key = `${sessionId} ${requestId}`;
      if (deadlines.has(key)) throw nodeError('request_replayed', { requestId });
      if (deadlines.size >= maxEntries) throw nodeError('replay_memory_full', {}, { retryAfterSeconds: 30 });
      deadlines.set(key, deadline);
    },
  };
}
