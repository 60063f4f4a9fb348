import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { keccak256 } from 'ethers';

/** How far a chain write has come when the trap snaps. */
export type Moment =
  /** Written down; the chain is asked what it would cost. */
  | 'intended'
  /** Signed and written down; the bytes are about to leave. */
  | 'signed'
  /** The chain has it; the answer does not arrive. */
  | 'sent'
  /** In a block; the receipt does not arrive. */
  | 'mined';

export const MOMENTS: readonly Moment[] = ['intended', 'signed', 'sent', 'mined'];

export interface Trap {
  readonly moment: Moment;
  /** Selector of the function that is waited for, 0x and 8 hex digits. */
  readonly selector: string;
}

/** An RPC endpoint in front of a chain that notices what a node is about to do, and lets the test act at that moment. */
export interface WatchedRpc {
  readonly rpcUrl: string;
  /** Acts once at that moment of the next such call; whoever asked gets no answer. Resolves when it happened. */
  trap(trap: Trap, act: () => void): Promise<void>;
  stop(): Promise<void>;
}

interface SetTrap extends Trap {
  readonly snap: () => void;
  /** Of the transactions that were let through with the selector. */
  readonly hashes: Set<string>;
}

interface RpcCall {
  readonly method: string;
  readonly params?: readonly unknown[];
}

export async function startWatchedRpc(behind: string): Promise<WatchedRpc> {
  let set: SetTrap | undefined;
  const headers = { 'content-type': 'application/json' };
  const server = createServer((request, response) => {
    const pass = async (): Promise<void> => {
      const body = await text(request);
      const forward = async (): Promise<string> => (await fetch(behind, { method: 'POST', headers, body })).text();
      const calls = [JSON.parse(body) as RpcCall | RpcCall[]].flat();
      if (set === undefined) return void response.writeHead(200, headers).end(await forward());
      const when = snapsAt(set, calls);
      if (when === 'before') return snap();
      const answer = await forward();
      if (when === 'after' && (set.moment === 'sent' || answer.includes('"blockHash":"0x'))) return snap();
      response.writeHead(200, headers).end(answer);
    };
    const snap = (): void => {
      set?.snap();
      set = undefined;
      request.socket.destroy();
    };
    pass().catch(() => request.socket.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    rpcUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    trap: (trap, act) =>
      new Promise((resolve) => {
        const snap = (): void => (act(), resolve());
        set = { ...trap, hashes: new Set(), snap };
      }),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Whether the trap snaps before these calls reach the chain, after it answered them (perhaps), or not at all. */
function snapsAt({ moment, selector, hashes }: SetTrap, calls: readonly RpcCall[]): 'before' | 'after' | 'not' {
  const isAbout = ({ params }: RpcCall): boolean => JSON.stringify(params).includes(selector.slice(2));
  const has = (method: string): boolean => calls.some((call) => call.method === method && isAbout(call));
  for (const { method, params } of calls.filter(isAbout)) {
    if (method === 'eth_sendRawTransaction') hashes.add(keccak256(String(params?.[0])));
  }
  if (moment === 'intended') return has('eth_estimateGas') ? 'before' : 'not';
  if (moment === 'signed') return has('eth_sendRawTransaction') ? 'before' : 'not';
  if (moment === 'sent') return has('eth_sendRawTransaction') ? 'after' : 'not';
  const asks = calls.some(
    (call) => call.method === 'eth_getTransactionReceipt' && hashes.has(String(call.params?.[0])),
  );
  return asks ? 'after' : 'not';
}
