import type { JsonRpcPayload } from 'ethers';
import type { Head } from './head.js';
import type { PostRpc } from './post-rpc.js';
import type { RpcAddress } from './rpc-address.js';
import type { ReportRpc } from './rpc-health.js';
import type { RpcFailure, RpcReply } from './rpc-reply.js';
import type { Timing } from './timing.js';

/** One endpoint of several: its circuit and what is known about its chain. */
export interface Endpoint {
  readonly host: string;
  /** undefined until it told. */
  readonly chainId: bigint | undefined;
  readonly head: Head | undefined;
  /** Failures in a row. */
  readonly failures: number;
  readonly lastFailure: RpcFailure | undefined;
  /** 0 when it may be asked [ms]. */
  restsForMs(): number;
  /** Neither at rest nor unknown since its last failure. */
  isReady(): boolean;
  /** Asks for chain and head; many at once share one question. After a failure this is the probe of a half-open circuit. */
  check(): Promise<void>;
  ask(calls: readonly JsonRpcPayload[]): Promise<RpcReply>;
}

interface EndpointDeps {
  readonly post: PostRpc;
  readonly timing: Timing;
  readonly report: ReportRpc;
}

const FIRST_REST_MS = 250;
const MAX_REST_MS = 15_000;

const CHECK: readonly JsonRpcPayload[] = [
  { jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] },
  { jsonrpc: '2.0', id: 2, method: 'eth_getBlockByNumber', params: ['latest', false] },
];

export function createEndpoint(address: RpcAddress, { post, timing, report }: EndpointDeps): Endpoint {
  const { host } = address;
  let chainId: bigint | undefined;
  let head: Head | undefined;
  let failures = 0;
  let lastFailure: RpcFailure | undefined;
  let failedAt = Number.NEGATIVE_INFINITY;
  let restsUntil = Number.NEGATIVE_INFINITY;
  let isChecked = false;
  let checking: Promise<void> | undefined;

  function fail(failure: RpcFailure, startedAt: number): void {
    lastFailure = failure;
    isChecked = false;
    // What was under way when the first one failed is the same trouble.
    if (startedAt <= failedAt) return;
    failedAt = timing.now();
    failures += 1;
    const rest = Math.min(MAX_REST_MS, FIRST_REST_MS * 2 ** Math.min(failures - 1, 16)) * (0.75 + timing.random() / 2);
    restsUntil = failedAt + Math.max(rest, failure.retryAfterMs ?? 0);
    if (failures === 1) report({ kind: 'failed', host, reason: failure.reason });
  }

  function succeed(startedAt: number): void {
    if (failures === 0 || startedAt <= failedAt) return;
    failures = 0;
    report({ kind: 'recovered', host });
  }

  async function postNow(calls: readonly JsonRpcPayload[]): Promise<{ reply: RpcReply; startedAt: number }> {
    const startedAt = timing.now();
    const reply = await post(address, calls);
    if (reply.kind === 'failed') fail(reply, startedAt);
    return { reply, startedAt };
  }

  async function checkNow(): Promise<void> {
    const { reply, startedAt } = await postNow(CHECK);
    if (reply.kind === 'failed') return;
    const found = readCheck(reply, timing.now());
    if (found === undefined) {
      return fail(
        { code: 'CHAIN_RPC_FAILED', reason: 'it tells neither chain nor block', mayHaveArrived: true },
        startedAt,
      );
    }
    ({ chainId, head } = found);
    isChecked = true;
    // A check is light: whether calls succeed again is known from calls, or when there was no trouble for long.
    if (startedAt - failedAt >= MAX_REST_MS) succeed(startedAt);
  }

  const restsForMs = (): number => Math.max(0, restsUntil - timing.now());

  return {
    host,
    get chainId() {
      return chainId;
    },
    get head() {
      return head;
    },
    get failures() {
      return failures;
    },
    get lastFailure() {
      return lastFailure;
    },
    restsForMs,
    isReady: () => isChecked && restsForMs() === 0,
    check() {
      checking ??= checkNow().finally(() => {
        checking = undefined;
      });
      return checking;
    },
    async ask(calls) {
      const { reply, startedAt } = await postNow(calls);
      if (reply.kind === 'answers') succeed(startedAt);
      return reply;
    },
  };
}

function readCheck(
  { answers }: Extract<RpcReply, { kind: 'answers' }>,
  seenAt: number,
): { readonly chainId: bigint; readonly head: Head } | undefined {
  const [chain, latest] = answers.map((answer) => ('result' in answer ? (answer.result as unknown) : undefined));
  try {
    const { number, timestamp } = latest as { number: string; timestamp: string };
    const head = { number: BigInt(number), timestamp: BigInt(timestamp), seenAt };
    return { chainId: BigInt(chain as string), head };
  } catch {
    return undefined;
  }
}
