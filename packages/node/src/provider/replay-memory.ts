import type { UsedRequestIds } from '@yellowstone/service';
import { nodeError } from '../errors.js';

/** Remembers requests as long as they could be replayed. */
export interface ReplayMemory {
  /**
   * Resolves when the request is written down as seen for the first time; until then nothing may be told of its answer.
   * What this process saw lately is refused without asking the database.
   * @throws request_replayed if it was seen, replay_memory_unavailable if nobody can tell.
   */
  admit(request: {
    readonly sessionId: string;
    readonly requestId: string;
    /** Last second in which the request is good [s]. */
    readonly deadline: bigint;
  }): Promise<void>;
}

/** Ids that are refused at once, so that somebody who sends the same bytes again and again costs no backend a moment. */
const MAX_RECENT = 20_000;

/** In the database, so that a restart forgets nothing and several processes know the same. */
export function createReplayMemory({ usedRequestIds }: { readonly usedRequestIds: UsedRequestIds }): ReplayMemory {
  const recent = new Set<string>();
  return {
    async admit({ sessionId, requestId, deadline }) {
      const id = `${sessionId} ${requestId}`;
      if (recent.has(id)) throw nodeError('request_replayed', { requestId });
      recent.add(id);
      const [oldest] = recent;
      if (recent.size > MAX_RECENT && oldest !== undefined) recent.delete(oldest);
      const expiresAt = (Number(deadline) + 1) * 1_000;
      const isFirst = await usedRequestIds.claim(id, expiresAt).catch((cause: unknown) => {
        recent.delete(id);
        throw nodeError('replay_memory_unavailable', {}, { cause, retryAfterSeconds: 5 });
      });
      if (!isFirst) throw nodeError('request_replayed', { requestId });
    },
  };
}
