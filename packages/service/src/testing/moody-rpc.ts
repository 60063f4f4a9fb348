import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** An RPC endpoint in front of a chain that can be told to misbehave. */
export interface MoodyRpc {
  readonly rpcUrl: string;
  /**
   * `up`; `down`: connections are cut; `busy`: answers 429; `deaf`: sends on, but cuts instead of answering; `stranger`:
   * another chain is behind it; `forgetful`: has no receipt.
   */
  mood: 'up' | 'down' | 'busy' | 'deaf' | 'stranger' | 'forgetful';
  stop(): Promise<void>;
}

export async function startMoodyRpc(behind: string): Promise<MoodyRpc> {
  const headers = { 'content-type': 'application/json' };
  const server = createServer((request, response) => {
    void text(request).then(async (body) => {
      if (rpc.mood === 'down') return void request.socket.destroy();
      if (rpc.mood === 'busy') return void response.writeHead(429).end();
      const answer = await (await fetch(behind, { method: 'POST', headers, body })).text();
      if (rpc.mood === 'deaf') return void request.socket.destroy();
      response.writeHead(200, headers).end(inMood(rpc.mood, body, answer));
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const rpc: MoodyRpc = {
    rpcUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mood: 'up',
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return rpc;
}

function inMood(mood: MoodyRpc['mood'], body: string, answer: string): string {
  if (mood !== 'stranger' && mood !== 'forgetful') return answer;
  const calls = [JSON.parse(body) as Call | Call[]].flat();
  const wrong = new Map<string, unknown>(
    mood === 'stranger' ? [['eth_chainId', '0x1']] : [['eth_getTransactionReceipt', null]],
  );
  const answers = [JSON.parse(answer) as Answer | Answer[]].flat().map((one) => {
    const method = calls.find(({ id }) => id === one.id)?.method ?? '';
    return wrong.has(method) ? { ...one, result: wrong.get(method) } : one;
  });
  return JSON.stringify(body.startsWith('[') ? answers : answers[0]);
}

interface Call {
  readonly id: number;
  readonly method: string;
}

interface Answer {
  readonly id: number;
  readonly result?: unknown;
}
