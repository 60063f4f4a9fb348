import type { JsonRpcPayload } from 'ethers';
import { type ClientOptions, WebSocket } from 'ws';
import type { PostOptions, PostRpc } from './post-rpc.js';
import type { RpcAddress } from './rpc-address.js';
import { failed, readAnswers } from './rpc-reply.js';

/** Who waits for an answer. */
interface Waiting {
  resolve(answer: object): void;
  reject(reason: Error): void;
}

/** One connection to an endpoint, which all callers share. */
interface Line {
  readonly socket: WebSocket;
  /** Rejects with what kept it from opening. */
  readonly opened: Promise<void>;
  /** By the number of the call. */
  readonly waiting: Map<number, Waiting>;
}

/** The largest message that is taken [bytes]. */
const MAX_BYTES = 64 * 1_048_576;

/**
 * The same as `createPostRpc` over WebSockets: a connection is made when it is needed, kept, and made anew after its end.
 * Calls are numbered anew on their way, because several callers share it.
 */
export function createSocketRpc({ timing, timeoutMs, signal }: PostOptions): PostRpc {
  const lines = new Map<string, Line>();
  let lastNumber = 0;
  signal.addEventListener('abort', () => lines.forEach(({ socket }) => socket.terminate()), { once: true });

  function lineTo({ url, headers }: RpcAddress): Line {
    const kept = lines.get(url);
    if (kept !== undefined) return kept;
    const line = openLine(url, { headers, handshakeTimeout: timeoutMs, maxPayload: MAX_BYTES });
    lines.set(url, line);
    line.socket.once('close', () => lines.get(url) === line && lines.delete(url));
    return line;
  }

  function ask({ socket, waiting }: Line, call: JsonRpcPayload): Promise<object> {
    const number = (lastNumber += 1);
    const answer = new Promise<object>((resolve, reject) => waiting.set(number, { resolve, reject }));
    socket.send(JSON.stringify({ ...call, id: number }));
    return answer.then((one) => ({ ...one, id: call.id }));
  }

  return async (address, calls) => {
    const deadline = timing.deadline(timeoutMs);
    const line = lineTo(address);
    let hasLeft = false;
    // Who is silent on an open line will say nothing on it later; its end ends all who wait.
    const giveUp = (): void => line.socket.terminate();
    deadline.signal.addEventListener('abort', giveUp, { once: true });
    try {
      await line.opened;
      hasLeft = true;
      return readAnswers(calls, await Promise.all(calls.map((call) => ask(line, call))));
    } catch (error) {
      const mayHaveArrived = { mayHaveArrived: hasLeft };
      if (deadline.signal.aborted) return failed('CHAIN_TIMEOUT', `no answer within ${timeoutMs} ms`, mayHaveArrived);
      const reason = error instanceof Error ? error.message : 'the connection failed';
      return failed('CHAIN_UNREACHABLE', reason, mayHaveArrived);
    } finally {
      deadline.clear();
    }
  };
}

function openLine(url: string, options: ClientOptions): Line {
  const socket = new WebSocket(url, options);
  const waiting: Line['waiting'] = new Map();
  let reason = 'the connection was closed';
  socket.on('error', (error) => (reason = reasonOf(error)));
  socket.on('message', (data: Buffer) => {
    for (const answer of parse(data.toString())) {
      const { id } = answer as { id?: unknown };
      if (typeof id !== 'number') continue;
      waiting.get(id)?.resolve(answer);
      waiting.delete(id);
    }
  });
  const opened = new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('close', () => {
      reject(new Error(reason));
      waiting.forEach((one) => one.reject(new Error(reason)));
      waiting.clear();
    });
  });
  // Its end is told to who waits; nobody may be there any more.
  opened.catch(() => undefined);
  return { socket, opened, waiting };
}

function parse(text: string): readonly object[] {
  try {
    return [JSON.parse(text) as unknown].flat().filter((one) => typeof one === 'object' && one !== null);
  } catch {
    return [];
  }
}

/** What a socket says, without its URL: an HTTP status, or a code of the system. */
function reasonOf(error: Error): string {
  const status = /server response: (\d{3})/.exec(error.message)?.[1];
  if (status !== undefined) return `HTTP ${status}`;
  return 'code' in error && typeof error.code === 'string' && error.code !== '' ? error.code : 'the connection failed';
}
