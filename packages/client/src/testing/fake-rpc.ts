import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What an endpoint does with a request instead of answering it. */
export type Mood =
  | 'well'
  /** HTTP 429; `retryAfter` says for how long. */
  | 'busy'
  | 'broken'
  /** Never answers. */
  | 'silent'
  /** Stops in the middle of its answer. */
  | 'half'
  /** Cuts the connection. */
  | 'cut'
  /** Does what it was asked and cuts the connection. */
  | 'deaf'
  /** A page for people. */
  | 'page'
  /** Leaves out the last call of a batch. */
  | 'forgetful';

export const TROUBLES = ['busy', 'broken', 'silent', 'half', 'cut', 'page', 'forgetful'] as const satisfies Mood[];

/** An RPC endpoint of a chain that exists in the test only. */
export interface FakeRpc {
  readonly url: string;
  readonly host: string;
  mood: Mood;
  retryAfter: string | undefined;
  chainId: number;
  head: number;
  /** Answers by method; what they throw becomes the error. */
  readonly answers: Map<string, (params: readonly unknown[]) => unknown>;
  /** Methods of each request, as they came. */
  readonly requests: string[][];
  /** Is called when a request came in a silent mood. */
  onSilence: () => void;
  stop(): Promise<void>;
}

/** Seconds from one block to the next. */
const BLOCK_SECONDS = 2;
const SECRET = '/v2/secret-key';

interface Call {
  readonly id: number;
  readonly method: string;
  readonly params: readonly unknown[];
}

export async function startFakeRpc(state: { chainId?: number; head?: number } = {}): Promise<FakeRpc> {
  const server = createServer((request, response) => {
    void text(request).then((body) => handle(rpc, body, response));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const rpc: FakeRpc = {
    url: `http://${host}${SECRET}`,
    host,
    mood: 'well',
    retryAfter: undefined,
    chainId: 1_337,
    head: 100,
    ...state,
    answers: new Map(),
    requests: [],
    onSilence: () => undefined,
    async stop() {
      if (!server.listening) return;
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return rpc;
}

function handle(rpc: FakeRpc, body: string, response: ServerResponse): void {
  const asked = JSON.parse(body) as Call | Call[];
  const calls = [asked].flat();
  rpc.requests.push(calls.map(({ method }) => method));
  const { mood, retryAfter } = rpc;
  if (mood === 'silent') return rpc.onSilence();
  if (mood === 'cut') return void response.socket?.destroy();
  if (mood === 'busy')
    return void response.writeHead(429, retryAfter === undefined ? {} : { 'retry-after': retryAfter }).end();
  if (mood === 'broken') return void response.writeHead(500).end('oops');
  if (mood === 'page') return void response.end('<html></html>');
  const answers = calls.map((call) => answerTo(rpc, call));
  if (mood === 'deaf') return void response.socket?.destroy();
  if (mood === 'forgetful') return void response.end(JSON.stringify(answers.slice(0, -1)));
  const answer = JSON.stringify(Array.isArray(asked) ? answers : answers[0]);
  if (mood !== 'half') return void response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
  response.writeHead(200, { 'content-length': answer.length });
  response.write(answer.slice(0, answer.length / 2), () => response.socket?.destroy());
}

function answerTo(rpc: FakeRpc, { id, method, params }: Call): object {
  const known: Record<string, () => unknown> = {
    eth_chainId: () => `0x${rpc.chainId.toString(16)}`,
    eth_blockNumber: () => `0x${rpc.head.toString(16)}`,
    eth_getBlockByNumber: () => ({
      number: `0x${rpc.head.toString(16)}`,
      timestamp: `0x${(rpc.head * BLOCK_SECONDS).toString(16)}`,
    }),
  };
  try {
    const answer = rpc.answers.get(method) ?? known[method];
    if (answer === undefined) throw new Error(`there is no ${method}`);
    return { jsonrpc: '2.0', id, result: answer(params) };
  } catch (error) {
    return { jsonrpc: '2.0', id, error: { code: -32_000, message: (error as Error).message } };
  }
}
