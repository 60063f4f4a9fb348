import { chainError } from '../errors.js';

/** The transactions of one key: one at a time, each with its own nonce. */
export interface KeyQueue {
  /** Runs the task after all earlier ones. @throws CHAIN_QUEUE_FULL */
  run<Result>(task: () => Promise<Result>): Promise<Result>;
  /** The nonce to use, given how many transactions the RPC endpoint knows; it may lag behind what was just sent. */
  nextNonce(knownCount: number): number;
  /** A transaction with this nonce was accepted. */
  used(nonce: number): void;
  /** What was remembered turned out wrong. */
  forget(): void;
}

/** One queue per account, made on first use. */
export interface KeyQueues {
  of(account: string): KeyQueue;
}

export interface KeyQueueOptions {
  /** Tasks of one key that may wait; more are refused. */
  readonly maxWaiting?: number;
  /** How long an endpoint may lag [ms]; later its count is believed, since the transaction may have been dropped. */
  readonly maxLagMs?: number;
  /** [ms] */
  readonly clock?: () => number;
}

export function createKeyQueues(options: KeyQueueOptions = {}): KeyQueues {
  const queues = new Map<string, KeyQueue>();
  return {
    of(account) {
      const queue = queues.get(account) ?? createKeyQueue(account, options);
      queues.set(account, queue);
      return queue;
    },
  };
}

function createKeyQueue(
  account: string,
  { maxWaiting = 256, maxLagMs = 30_000, clock = Date.now }: KeyQueueOptions,
): KeyQueue {
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();
  let sent: { readonly nonce: number; readonly at: number } | undefined;
  return {
    async run(task) {
      if (waiting >= maxWaiting) throw chainError('CHAIN_QUEUE_FULL', { account, waiting }, 'let earlier ones finish');
      waiting += 1;
      const result = last.then(task).finally(() => {
        waiting -= 1;
      });
      last = result.catch(() => undefined);
      return result;
    },
    nextNonce(knownCount) {
      const remembered = sent !== undefined && clock() - sent.at < maxLagMs ? sent.nonce + 1 : 0;
      return Math.max(knownCount, remembered);
    },
    used(nonce) {
      sent = { nonce, at: clock() };
    },
    forget() {
      sent = undefined;
    },
  };
}
