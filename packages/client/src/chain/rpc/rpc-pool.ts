import type { JsonRpcPayload } from 'ethers';
import { broadcastEverywhere, SEND_RAW } from './broadcast-everywhere.js';
import { createEndpoint, type Endpoint } from './endpoint.js';
import { createEndpointGroup } from './endpoint-group.js';
import { highestBlock, type LagLimits } from './head.js';
import { createPostRpc } from './post-rpc.js';
import { aborted, inRounds } from './rounds.js';
import { isSocket, type RpcAddress } from './rpc-address.js';
import type { ReportRpc, RpcHealth } from './rpc-health.js';
import type { RpcAnswer } from './rpc-reply.js';
import { createSocketRpc } from './socket-rpc.js';
import { systemTiming, type Timing } from './timing.js';

/**
 * Several endpoints of one chain that look like one. Reads go to the first in order of preference that is well and not
 * behind; signed transactions go to all. Whoever fails is left alone for a while, longer each time.
 */
export interface RpcPool {
  /** Finds the chain. @throws ChainError */
  start(): Promise<bigint>;
  /** @throws ChainError if nobody answers */
  send(payload: JsonRpcPayload | readonly JsonRpcPayload[]): Promise<RpcAnswer[]>;
  /** What is known; asks nobody. */
  health(): RpcHealth;
  /** Asks every endpoint that is not at rest first. */
  look(): Promise<RpcHealth>;
  /** Calls that are under way end with CHAIN_ABORTED. */
  close(): void;
}

export interface RpcPoolOptions extends Partial<LagLimits> {
  readonly requestTimeoutMs: number;
  /** Serves as the chain of all if left out: that of the first endpoint in order which answers. */
  readonly expectedChainId?: bigint | undefined;
  /** How long a call is tried again and again [ms]; as long as one request by default. */
  readonly patienceMs?: number;
  /** How often the heads of several endpoints are compared while they are used [ms]. */
  readonly lookEveryMs?: number;
  readonly report?: ReportRpc;
  readonly timing?: Timing;
}

/** Answers that a second endpoint may know better: it was looked for where it has not arrived, or where it was pruned. */
const MAY_BE_MISSING = new Set(['eth_getTransactionReceipt', 'eth_getTransactionByHash']);

export function createRpcPool(addresses: readonly RpcAddress[], options: RpcPoolOptions): RpcPool {
  const { requestTimeoutMs, expectedChainId, patienceMs = requestTimeoutMs, lookEveryMs = 10_000 } = options;
  const { maxLagBlocks = 20, maxLagSeconds = 15, timing = systemTiming, report = () => undefined } = options;
  const closing = new AbortController();
  const { signal } = closing;
  const transport = { timing, timeoutMs: requestTimeoutMs, signal };
  const [post, ask] = [createPostRpc(transport), createSocketRpc(transport)];
  const endpoints = addresses.map((address) =>
    createEndpoint(address, { post: isSocket(address) ? ask : post, timing, report }),
  );
  const limits = { expectedChainId, lookEveryMs, maxLagBlocks, maxLagSeconds };
  const group = createEndpointGroup({ endpoints, timing, report }, limits);
  const rounds = { timing, patienceMs, signal };

  async function read(calls: readonly JsonRpcPayload[]): Promise<readonly RpcAnswer[]> {
    group.keepLooking();
    const { endpoint, answers } = await inRounds(group, rounds, (isLast) => readOnce(calls, isLast));
    const complete = await withSecondOpinion(calls, endpoint, answers);
    group.hasRead(
      complete.from,
      highestBlock(
        calls.map(({ method }) => method),
        complete.answers,
      ),
    );
    return complete.answers;
  }

  /** All calls of a batch are answered by one endpoint, so that they fit together. */
  async function readOnce(
    calls: readonly JsonRpcPayload[],
    orOlder: boolean,
  ): Promise<{ endpoint: Endpoint; answers: readonly RpcAnswer[] } | undefined> {
    const tried = new Set<Endpoint>();
    let incomplete: { endpoint: Endpoint; answers: readonly RpcAnswer[] } | undefined;
    for (;;) {
      const endpoint = await group.choose(tried, orOlder);
      if (endpoint === undefined) return incomplete;
      tried.add(endpoint);
      const reply = await endpoint.ask(calls);
      if (reply.kind === 'failed') continue;
      const { answers } = reply;
      if (!reply.isBehind) return { endpoint, answers };
      incomplete ??= { endpoint, answers };
    }
  }

  /** "There is none" is believed when all say so. */
  async function withSecondOpinion(
    calls: readonly JsonRpcPayload[],
    from: Endpoint,
    answers: readonly RpcAnswer[],
  ): Promise<{ from: Endpoint; answers: readonly RpcAnswer[] }> {
    const isMissing = (answer: RpcAnswer | undefined): boolean =>
      answer !== undefined && 'result' in answer && answer.result === null;
    const missing = calls.filter(({ method }, index) => MAY_BE_MISSING.has(method) && isMissing(answers[index]));
    const others = endpoints.filter((one) => one !== from && one.isReady() && group.isOpen(one));
    if (missing.length === 0 || others.length === 0) return { from, answers };
    const replies = await Promise.all(others.map((other) => other.ask(missing)));
    const found = replies.flatMap((reply, index) => {
      const better = reply.kind === 'answers' ? reply.answers.filter((one) => 'result' in one && !isMissing(one)) : [];
      return better.map((answer) => ({ from: others[index]!, answer })); // one reply for each of the others
    });
    const betterOf = (answer: RpcAnswer): RpcAnswer =>
      found.find((one) => one.answer.id === answer.id)?.answer ?? answer;
    return { from: found[0]?.from ?? from, answers: answers.map((one) => (isMissing(one) ? betterOf(one) : one)) };
  }

  return {
    async start() {
      const { endpoint, chainId } = await inRounds(group, rounds, async () => {
        // With a chain to expect, the slowest endpoint holds up nobody; else all are asked, and the order decides.
        if (group.expected() === undefined) await group.lookAround();
        const endpoint = await group.choose(new Set(), true);
        return endpoint?.chainId === undefined ? undefined : { endpoint, chainId: endpoint.chainId };
      });
      group.hasRead(endpoint, endpoint.head?.number ?? 0n);
      group.keepLooking();
      return chainId;
    },
    async send(payload) {
      if (signal.aborted) throw aborted();
      const calls = [payload].flat() as JsonRpcPayload[];
      const reads = calls.filter(({ method }) => method !== SEND_RAW);
      const sending = calls.filter(({ method }) => method === SEND_RAW);
      const [answers, sent] = await Promise.all([
        reads.length === 0 ? [] : read(reads),
        Promise.all(sending.map((call) => broadcastEverywhere(group, rounds, call))),
      ]);
      if (signal.aborted) throw aborted();
      return [...answers, ...sent];
    },
    health: group.health,
    async look() {
      await group.lookAround();
      return group.health();
    },
    close: () => closing.abort(),
  };
}
