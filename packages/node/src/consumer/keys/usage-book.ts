import type { DayUsage, KeyUsage, Log } from '@yellowstone/service';

/** Counts what keys used, and writes it down beside the requests. */
export interface UsageBook {
  add(keyId: string, day: bigint, tokens: number): void;
  /** With what is not written down yet. */
  tokensOn(keyId: string, day: bigint): Promise<bigint>;
  /** Writes down what is left; resolves when that is done, or cannot be for now. */
  settled(): Promise<void>;
}

interface BookDeps {
  readonly usage: KeyUsage;
  readonly log: Log;
}

interface BookOptions {
  /** What comes within this time is written together [ms]. */
  readonly pauseMs?: number;
}

type Counted = Map<string, DayUsage & { readonly keyId: string; readonly day: bigint }>;

/** Many requests cost few writes; what a crash loses is what was not written yet, a moment's use. */
export function createUsageBook({ usage, log }: BookDeps, { pauseMs = 200 }: BookOptions = {}): UsageBook {
  let waiting: Counted = new Map();
  let writing: Counted = new Map();
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  const writeWaiting = async (): Promise<void> => {
    [writing, waiting] = [waiting, new Map()];
    for (const [name, { keyId, day, requests, tokens }] of writing) {
      try {
        await usage.add(keyId, day, { requests, tokens });
        writing.delete(name);
      } catch (error) {
        log.error({ key: keyId, err: error }, 'usage of an API key not written down yet');
        // With the next request it is tried again.
        for (const one of writing.values()) put(waiting, one);
        writing = new Map();
        return;
      }
    }
  };
  /** One at a time. */
  const write = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    while (running !== undefined) await running;
    running = writeWaiting().finally(() => (running = undefined));
    await running;
  };
  return {
    add(keyId, day, tokens) {
      put(waiting, { keyId, day, requests: 1n, tokens: BigInt(tokens) });
      timer ??= setTimeout(() => void write(), pauseMs);
    },
    settled: write,
    async tokensOn(keyId, day) {
      const name = nameOf(keyId, day);
      const unwritten = (waiting.get(name)?.tokens ?? 0n) + (writing.get(name)?.tokens ?? 0n);
      return (await usage.of(keyId, day)).tokens + unwritten;
    },
  };
}

function put(counted: Counted, { keyId, day, requests, tokens }: DayUsage & { keyId: string; day: bigint }): void {
  const name = nameOf(keyId, day);
  const before = counted.get(name);
  const [sum, all] = [(before?.requests ?? 0n) + requests, (before?.tokens ?? 0n) + tokens];
  counted.set(name, { keyId, day, requests: sum, tokens: all });
}

function nameOf(keyId: string, day: bigint): string {
  return `${keyId} ${day}`;
}
