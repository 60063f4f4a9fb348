import { isChainError, type ChainError } from '../errors.js';
import { decodeError } from './decode-error.js';
import type { ReportRpc } from './rpc/rpc-health.js';
import type { Timing } from './rpc/timing.js';

interface PersistOptions {
  readonly timing: Timing;
  /** 0 = one attempt. */
  readonly patienceMs: number;
  readonly signal: AbortSignal;
  readonly report: ReportRpc;
}

const FIRST_WAIT_MS = 1_000;
const MAX_WAIT_MS = 10_000;

/** Attempts again and again while nobody answers. @throws ChainError the last one */
export async function persist<Result>(
  attempt: () => Promise<Result>,
  { timing, patienceMs, signal, report }: PersistOptions,
): Promise<Result> {
  const startedAt = timing.now();
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(MAX_WAIT_MS, wait * 2)) {
    try {
      return await attempt();
    } catch (error) {
      const failure = decodeError(error, 'connect');
      const waitMs = Math.round(wait * (0.75 + timing.random() / 2));
      const isOver = timing.now() + waitMs - startedAt > patienceMs;
      if (isOver || signal.aborted || !mayPass(failure)) throw failure;
      report({ kind: 'waiting', reason: failure.message, waitMs });
      await timing.pause(waitMs, signal).catch(() => undefined);
    }
  }
}

/** Endpoints come back; a wrong address stays wrong. */
function mayPass(failure: ChainError): boolean {
  return (
    isChainError(failure, 'CHAIN_UNREACHABLE') ||
    isChainError(failure, 'CHAIN_TIMEOUT') ||
    isChainError(failure, 'CHAIN_RPC_FAILED')
  );
}
