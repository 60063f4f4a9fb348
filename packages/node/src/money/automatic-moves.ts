import { isChainError, type Sent } from '@yellowstone/client';
import type { Address } from '@yellowstone/protocol';
import type { Log } from '@yellowstone/service';
import type { Chain, ChainReads, ChainWrites } from '../chain/chain.js';
import type { Clock } from '../clock.js';
import { createEndedDirectSessions } from './ended-direct-sessions.js';

/** Moves money by itself that only waits to be moved. */
export interface AutomaticMoves {
  /** Looks once, and moves what is above its threshold. */
  run(): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

interface MoveDeps {
  readonly chain: Pick<Chain, 'address' | 'writesFor'> & {
    readonly reads: Pick<
      ChainReads,
      'directOwed' | 'now' | 'pool' | 'providerSessions' | 'sessionCredits' | 'unstaking'
    >;
  };
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

export interface MoveOptions {
  /** Unstaked MOR that is due is withdrawn from so much on [MOR-wei]; undefined = never. */
  readonly withdrawFromMor: bigint | undefined;
  /** Earnings are claimed from so much on [MOR-wei]; undefined = never. */
  readonly claimFromMor: bigint | undefined;
  /** Whose earnings; those of the account by default. */
  readonly provider?: Address | undefined;
  /** How often it looks [s]; no move happens twice within one such time. */
  readonly everySeconds: number;
  /** How long it waits for a transaction [ms]; what is later still happens. */
  readonly settleTimeoutMs?: number;
}

interface Move {
  readonly name: string;
  readonly amountMor: bigint;
  readonly fromMor: bigint | undefined;
  readonly send: (writes: ChainWrites) => Promise<Sent<object>>;
}

const MS_PER_SECOND = 1_000;
/** Soon after the start, but not while everything else starts. */
const FIRST_LOOK_MS = 30_000;
/** The rest is closed at the next looks. */
const MAX_CLOSINGS = 20;

/**
 * Each move has one key in the journal for each stretch of time, which begins with the clock and not with the process:
 * restarts and other processes on the same database do not repeat it. What gas costs in MOR nobody here knows, so the
 * thresholds are what keeps a transaction from costing more than it brings; they are the operator's choice.
 */
export function createAutomaticMoves({ chain, clock, log }: MoveDeps, options: MoveOptions): AutomaticMoves {
  const { withdrawFromMor, claimFromMor, provider = chain.address, everySeconds } = options;
  const { settleTimeoutMs = 120_000 } = options;
  const { reads } = chain;
  const endedDirect = createEndedDirectSessions({ reads }, provider);
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  const movesNow = async (): Promise<readonly Move[]> => {
    const { dueMor } = await reads.unstaking(chain.address);
    const withdraw: Move = {
      name: 'withdraw stake',
      amountMor: dueMor,
      fromMor: withdrawFromMor,
      send: (writes) => writes.withdrawStake(),
    };
    if (claimFromMor === undefined) return [withdraw];
    const [{ vestedMor }, { availableMor }, owedMor, ended] = await Promise.all([
      reads.sessionCredits(provider),
      reads.pool(),
      reads.directOwed(provider),
      endedDirect(),
    ]);
    return [
      withdraw,
      {
        name: 'claim credits',
        // What the guard holds back stays owed.
        amountMor: vestedMor < availableMor ? vestedMor : availableMor,
        fromMor: claimFromMor,
        send: (writes) => writes.claimSessionCredits({ provider }),
      },
      {
        name: 'withdraw direct earnings',
        amountMor: owedMor,
        fromMor: claimFromMor,
        send: (writes) => writes.withdrawDirect(provider),
      },
      // Direct pay comes with the closing, which a user that is gone leaves to the provider.
      ...ended
        .map(({ sessionId, pricePerSecondMor, openedAt, endsAt }): Move => ({
          name: `close ended session ${sessionId}`,
          amountMor: pricePerSecondMor * (endsAt - openedAt),
          fromMor: claimFromMor,
          send: (writes) => writes.closeSession({ sessionId }),
        }))
        .filter(isWorthIt)
        .slice(0, MAX_CLOSINGS),
    ];
  };
  const make = async ({ name, amountMor, send }: Move): Promise<void> => {
    const stretch = Math.floor(clock.now() / MS_PER_SECOND / everySeconds);
    try {
      const sent = await send(chain.writesFor(`automatic ${name} of ${provider} ${stretch}/${everySeconds}`));
      await sent.wait({ timeoutMs: settleTimeoutMs, signal: stopping.signal });
      log.info({ move: name, amountMor: `${amountMor}`, tx: sent.hash }, 'money moved by itself');
    } catch (error) {
      const isLate = isChainError(error, 'CHAIN_TIMEOUT') || isChainError(error, 'CHAIN_ABORTED');
      log[isLate ? 'info' : 'warn']({ move: name, err: error }, isLate ? 'move is on its way' : 'money not moved');
    }
  };
  const run = async (): Promise<void> => {
    for (const move of await movesNow()) {
      if (stopping.signal.aborted) return;
      if (isWorthIt(move)) await make(move);
    }
  };
  const next = (waitMs: number): void => {
    if (stopping.signal.aborted) return;
    timer = setTimeout(() => {
      running = run()
        .catch((error: unknown) => log.warn({ err: error }, 'money not looked at'))
        .finally(() => next(everySeconds * MS_PER_SECOND));
    }, waitMs).unref();
  };
  return {
    run,
    start() {
      if (withdrawFromMor !== undefined || claimFromMor !== undefined) next(FIRST_LOOK_MS);
    },
    async stop() {
      stopping.abort(new DOMException('the node is stopping', 'AbortError'));
      clearTimeout(timer);
      await running;
    },
  };
}

function isWorthIt({ amountMor, fromMor }: Move): boolean {
  return fromMor !== undefined && amountMor > 0n && amountMor >= fromMor;
}
