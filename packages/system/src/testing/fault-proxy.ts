import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { Transform } from 'node:stream';

/** What a bad network does to one direction of a connection. */
export interface Fault {
  /** Every piece arrives so much later [ms]. */
  readonly delayMs?: number;
  /** No more bytes than this arrive in a second. */
  readonly bytesPerSecond?: number;
  /** What happens after so many bytes of a connection; nothing by default. */
  readonly after?: { readonly bytes: number; readonly do: Ending };
}

/**
 * `reset`: both ends get a TCP reset. `halfClose`: the receiver sees an orderly end, the other direction goes on.
 * `drop`: bytes vanish, and nobody is told.
 */
export type Ending = 'reset' | 'halfClose' | 'drop';

export interface Faults {
  /** New connections are refused, as by a host without a server. */
  readonly refuses?: boolean;
  /** From who connects to the server. */
  readonly there?: Fault;
  /** From the server to who connected. */
  readonly back?: Fault;
}

/** A TCP proxy that breaks what goes through it. */
export interface FaultProxy {
  /** Where it listens, on the loopback interface. */
  readonly port: number;
  /** For new connections; those that are open keep theirs. */
  set(faults: Faults): void;
  /** Resets all open connections. */
  cut(): void;
  /** How many connections it took so far. */
  connections(): number;
  stop(): Promise<void>;
}

/** Until what came before a reset has been read: some kernels turn a reset on top of unread bytes into an end [ms]. */
const RESET_AFTER_MS = 20;

export async function startFaultProxy(
  targetPort: number,
  options: { readonly port?: number } = {},
): Promise<FaultProxy> {
  const open = new Set<Socket>();
  let faults: Faults = {};
  let taken = 0;
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (incoming) => {
    if (faults.refuses === true) return void incoming.resetAndDestroy();
    taken += 1;
    const outgoing = connect({ port: targetPort, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    const ends = [incoming, outgoing];
    const reset = (): void => ends.forEach((socket) => socket.resetAndDestroy());
    for (const socket of ends) {
      open.add(socket);
      socket.on('close', () => open.delete(socket));
      socket.on('error', reset);
    }
    incoming.pipe(throughFault(faults.there, reset)).pipe(outgoing);
    outgoing.pipe(throughFault(faults.back, reset)).pipe(incoming);
  });
  await once(server.listen(options.port ?? 0, '127.0.0.1'), 'listening');
  const cut = (): void => open.forEach((socket) => socket.resetAndDestroy());
  return {
    port: (server.address() as AddressInfo).port,
    set: (now) => void (faults = now),
    cut,
    connections: () => taken,
    async stop() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}

/** One direction of a connection. */
function throughFault({ delayMs = 0, bytesPerSecond, after }: Fault = {}, reset: () => void): Transform {
  let left = after?.bytes ?? Number.POSITIVE_INFINITY;
  return new Transform({
    transform(bytes: Buffer, _, done) {
      if (left <= 0) return done();
      const piece = bytes.subarray(0, left);
      left -= bytes.length;
      const waitMs = delayMs + (bytesPerSecond === undefined ? 0 : (piece.length / bytesPerSecond) * 1_000);
      const pass = (): void => {
        this.push(piece);
        if (left <= 0 && after?.do === 'halfClose') this.push(null);
        if (left <= 0 && after?.do === 'reset') setTimeout(reset, RESET_AFTER_MS);
        done();
      };
      if (waitMs === 0) pass();
      else setTimeout(pass, waitMs);
    },
  });
}
