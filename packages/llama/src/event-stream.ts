import { once } from 'node:events';
import type { ServerResponse } from 'node:http';

export type EventStream = {
  /** Sends the headers with the first event; waits while the reader is behind. */
  send(data: object | '[DONE]'): Promise<void>;
  end(): void;
};

export const formatEvent = (data: object | '[DONE]'): string =>
  `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;

/** Server-sent events with back-pressure. A reader that takes nothing for `stallTimeoutMs` is disconnected. */
export function createEventStream(
  response: ServerResponse,
  { signal, stallTimeoutMs }: { readonly signal: AbortSignal; readonly stallTimeoutMs: number },
): EventStream {
  function open() {
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
    });
  }

  async function drained() {
    // Closing the connection aborts the request's signal, which ends the wait.
    const timer = setTimeout(() => response.destroy(), stallTimeoutMs);
    try {
      await once(response, 'drain', { signal });
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    async send(data) {
      signal.throwIfAborted();
      if (!response.headersSent) open();
      if (!response.write(formatEvent(data))) await drained();
    },
    end: () => void response.end(),
  };
}
