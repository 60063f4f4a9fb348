import type { JsonRpcPayload } from 'ethers';
import { chainError, type ChainError } from '../../errors.js';
import type { EndpointGroup } from './endpoint-group.js';
import type { Timing } from './timing.js';

export interface RoundsOptions {
  readonly timing: Timing;
  /** No further round begins after this long [ms]. */
  readonly patienceMs: number;
  /** Ends everything with CHAIN_ABORTED. */
  readonly signal: AbortSignal;
}

/** Tries the endpoints; undefined = none of them gave anything. */
export type Round<Result> = (isLast: boolean) => Promise<Result | undefined>;

const ROUNDS = 3;
const FIRST_WAIT_MS = 250;

/**
 * Several rounds over the endpoints, with longer and longer waits between them.
 * @throws ChainError what is wrong with the endpoints
 */
export async function inRounds<Result>(
  group: EndpointGroup,
  { timing, patienceMs, signal }: RoundsOptions,
  round: Round<Result>,
): Promise<Result> {
  const startedAt = timing.now();
  for (let number = 1; ; number += 1) {
    if (signal.aborted) throw aborted();
    const result = await round(number === ROUNDS);
    if (result !== undefined) return result;
    if (signal.aborted) throw aborted();
    const wait = Math.max(FIRST_WAIT_MS * 2 ** (number - 1) * (0.75 + timing.random() / 2), untilOneIsOpen(group));
    const isOver = number === ROUNDS || timing.now() + wait - startedAt > patienceMs;
    if (isOver || group.endpoints.every(group.isExcluded)) throw nobodyAnswered(group);
    await timing.pause(wait, signal).catch(() => undefined);
  }
}

/** Why nobody answers, each endpoint by its host. */
export function nobodyAnswered(group: EndpointGroup): ChainError {
  const { endpoints, isExcluded } = group;
  const left = endpoints.filter((endpoint) => !isExcluded(endpoint));
  if (left.length === 0) {
    const args = { chainId: endpoints[0]?.chainId, expectedChainId: group.expected(), reason: reasonsOf(group) };
    return chainError('CHAIN_WRONG_CHAIN', args, 'check the RPC endpoint');
  }
  // An endpoint that worked before is none that was configured wrongly.
  const codes = left.map(({ lastFailure, chainId }) =>
    chainId !== undefined && lastFailure?.code === 'CHAIN_RPC_FAILED' ? 'CHAIN_UNREACHABLE' : lastFailure?.code,
  );
  const same = codes.every((code) => code === codes[0]) ? codes[0] : undefined;
  return chainError(same ?? 'CHAIN_UNREACHABLE', { reason: reasonsOf(group) }, 'check the RPC endpoint');
}

export function aborted(): ChainError {
  return chainError('CHAIN_ABORTED', { reason: 'the connection was closed' });
}

/** What a transaction's sender must know: no answer is no refusal. */
export function perhapsSent(group: EndpointGroup, { method }: JsonRpcPayload): ChainError {
  const args = { doing: method, reason: reasonsOf(group) };
  return chainError('CHAIN_UNREACHABLE', args, 'it may have been sent all the same');
}

function reasonsOf(group: EndpointGroup): string {
  const all = group.health().endpoints.map(({ host, state, reason }) => `${host}: ${reason ?? state}`);
  return all.join('; ');
}

function untilOneIsOpen({ endpoints, isExcluded }: EndpointGroup): number {
  const left = endpoints.filter((endpoint) => !isExcluded(endpoint));
  return left.length === 0 ? 0 : Math.min(...left.map((endpoint) => endpoint.restsForMs()));
}
