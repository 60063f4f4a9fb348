import type { DayUsage, KeyUsage, Log } from '@yellowstone/service';

/** Counts what keys used, and writes it down beside the requests. */
export interface UsageBook {
  /** Resolves when it is written down, or cannot be for now. */
  add(keyId: string, day: bigint, tokens: number): Promise<void>;
  /** With what is not written down yet. */
  tokensOn(keyId: string, day: bigint): Promise<bigint>;
  /** When nothing is being written any more. */
  settled(): Promise<void>;
}

interface BookDeps {
  readonly usage: KeyUsage;
  readonly log: Log;
}

type Counted = Map<string, DayUsage & { readonly keyId: string; readonly day: bigint }>;

/**
 * While one writing is on its way, what comes is added up for the next one: many requests cost few writes, and what a crash
 * loses is what was not written yet.
 */
export function createUsageBook({ usage, log }: BookDeps): UsageBook {
  let waiting: Counted = new Map();
  let writing: Counted = new Map();
  let running: Promise<void> | undefined;

  const write = async (): Promise<void> => {
    while (waiting.size > 0) {
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
    }
  };
  return {
    add(keyId, day, tokens) {
      put(waiting, { keyId, day, requests: 1n, tokens: BigInt(tokens) });
      running ??= write().finally(() => (running = undefined));
      return running;
    },
    settled: async () => running,
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
