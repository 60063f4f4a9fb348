const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** The largest event that is held back until its end is seen [bytes]. */
export const MAX_EVENT_BYTES = 8 * 1_048_576;

/** Cuts a stream of Server-Sent Events into events without changing a byte: all pieces joined are the stream. */
export interface EventSplitter {
  /** Takes bytes, returns the events that are complete now, each with the blank line that ends it. */
  push(bytes: Buffer): Buffer[];
  /** What is left when the stream ends. */
  rest(): Buffer;
}

/**
 * Lines end with LF, CR LF or CR. An event ends with the first byte of its blank line's end, so that nothing waits for
 * an LF that may not come; such an LF then opens the next piece.
 */
export function createEventSplitter(): EventSplitter {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let lineIsEmpty = true;
  let afterCarriageReturn = false;

  const push = (bytes: Buffer): Buffer[] => {
    const events: Buffer[] = [];
    let start = 0;
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at];
      const endsLine = byte === CARRIAGE_RETURN || (byte === LINE_FEED && !afterCarriageReturn);
      const isSecondHalf = byte === LINE_FEED && afterCarriageReturn;
      afterCarriageReturn = byte === CARRIAGE_RETURN;
      if (isSecondHalf) continue;
      if (!endsLine) {
        lineIsEmpty = false;
        continue;
      }
      if (lineIsEmpty) {
        const end = bytes.subarray(start, at + 1);
        events.push(held.length === 0 ? end : Buffer.concat([...held, end]));
        held = [];
        heldBytes = 0;
        start = at + 1;
      }
      lineIsEmpty = true;
    }
    if (start < bytes.length) {
      held.push(bytes.subarray(start));
      heldBytes += bytes.length - start;
      if (heldBytes > MAX_EVENT_BYTES) throw new RangeError(`an event is larger than ${MAX_EVENT_BYTES} bytes`);
    }
    return events;
  };
  return { push, rest: () => Buffer.concat(held) };
}

/** The data of an event; undefined if it has none (a comment, say). */
export function dataOf(event: Buffer): string | undefined {
  const lines = event
    .toString('utf8')
    .split(/\r\n|\r|\n/)
    .filter((line) => line === 'data' || line.startsWith('data:'));
  if (lines.length === 0) return undefined;
  return lines.map((line) => line.slice(5).replace(/^ /, '')).join('\n');
}
