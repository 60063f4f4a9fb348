import type { Address } from '@yellowstone/protocol';
import type { Listening, Log } from '@yellowstone/service';
import type { Chain } from '../chain/chain.js';
import type { Clock } from '../clock.js';
import { createAutomaticMoves } from '../money/automatic-moves.js';

interface MovingDeps {
  readonly chain: Chain;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

interface MovingOptions {
  readonly withdrawFromMor: bigint | undefined;
  readonly claimFromMor?: bigint | undefined;
  readonly provider?: Address | undefined;
  readonly autoMoveHours: number;
}

const HOUR_SECONDS = 3_600;

/** A node that also moves money by itself while it runs. */
export function withAutomaticMoves<Node extends Listening>(
  deps: MovingDeps,
  { withdrawFromMor, claimFromMor, provider, autoMoveHours }: MovingOptions,
  start: () => Promise<Node>,
): () => Promise<Node> {
  const moves = createAutomaticMoves(deps, {
    withdrawFromMor,
    claimFromMor,
    provider,
    everySeconds: autoMoveHours * HOUR_SECONDS,
  });
  return async () => {
    const node = await start();
    moves.start();
    const stop = async (): Promise<void> => {
      await Promise.all([moves.stop(), node.stop()]);
    };
    return { ...node, stop };
  };
}
