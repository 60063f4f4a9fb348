import type { UsedRequestIds } from '@yellowstone/service';
import { nodeError } from '../errors.js';

/** Remembers requests as long as they could be replayed. */
export interface ReplayMemory {
  /** @throws request_replayed if it was seen, replay_memory_unavailable if nobody can tell. */
  admit(request: {
    readonly sessionId: string;
    readonly requestId: string;
    /** Last second in which the request is good [s]. */
    readonly deadline: bigint;
  }): Promise<void>;
}

/** In the database, so that a restart forgets nothing and several processes know the same. */
export function createReplayMemory({ usedRequestIds }: { readonly usedRequestIds: UsedRequestIds }): ReplayMemory {
  return {
    async admit({ sessionId, requestId, deadline }) {
      const expiresAt = (Number(deadline) + 1) * 1_000;
      const isFirst = await usedRequestIds.claim(`${sessionId} ${requestId}`, expiresAt).catch((cause: unknown) => {
        throw nodeError('replay_memory_unavailable', {}, { cause, retryAfterSeconds: 5 });
      });
      if (!isFirst) throw nodeError('request_replayed', { requestId });
    },
  };
}
