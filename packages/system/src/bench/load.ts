import { Agent, type IncomingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where requests go. */
export interface Target {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** One answer as its client saw it. */
export interface Sample {
  readonly status: number;
  /** From the first byte sent to the last byte read [ms]. */
  readonly tookMs: number;
  /** From the first byte sent to the first token [ms]; undefined if it was no stream. */
  readonly ttftMs: number | undefined;
  /** Events that passed. */
  readonly events: number;
  /** Tokens of the answer by its usage; undefined if it told none. */
  readonly outputTokens: number | undefined;
  /** A stream that ended without `[DONE]` is not whole. */
  readonly isWhole: boolean;
}

/** What happened in a stretch of load. */
export interface Run {
  readonly samples: readonly Sample[];
  readonly seconds: number;
  /** Requests without an answer. */
  readonly broken: number;
}

export interface Client {
  ask(body: string): Promise<Sample>;
  close(): void;
}

const EVENT = /^data: /gm;
const OUTPUT_TOKENS = /"completion_tokens":(\d+)/;
/** The usage and the end of an answer are within its last characters. */
const END_CHARACTERS = 500;

/** Sends requests over kept connections; the clock has microseconds. */
export function createClient({ url, headers }: Target): Client {
  const agent = new Agent({ keepAlive: true });
  const to = new URL('/v1/chat/completions', url);
  return {
    ask(body) {
      return new Promise((resolve, reject) => {
        const startedAt = performance.now();
        const all = { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
        const ask = request(to, { method: 'POST', headers: all, agent }, (answer) => {
          read(answer, startedAt).then(resolve, reject);
        });
        ask.once('error', reject);
        ask.end(body);
      });
    },
    close: () => agent.destroy(),
  };
}

async function read(answer: IncomingMessage, startedAt: number): Promise<Sample> {
  const isStream = String(answer.headers['content-type']).startsWith('text/event-stream');
  let ttftMs: number | undefined;
  let events = 0;
  let last = '';
  for await (const part of answer) {
    const text = (part as Buffer).toString();
    if (isStream && ttftMs === undefined && text.includes('"content":" ')) ttftMs = performance.now() - startedAt;
    events += text.match(EVENT)?.length ?? 0;
    last = (last + text).slice(-END_CHARACTERS);
  }
  const isWhole = answer.statusCode === 200 && (!isStream || last.includes('data: [DONE]'));
  const tookMs = performance.now() - startedAt;
  const told = OUTPUT_TOKENS.exec(last)?.[1];
  const outputTokens = told === undefined ? undefined : Number(told);
  return { status: answer.statusCode ?? 0, tookMs, ttftMs, events, outputTokens, isWhole };
}

/** So many clients, each asking again as soon as it was answered. */
export async function closedLoop(
  client: Client,
  { clients, seconds, body }: { readonly clients: number; readonly seconds: number; readonly body: string },
): Promise<Run> {
  const samples: Sample[] = [];
  let broken = 0;
  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1_000;
  const one = async (): Promise<void> => {
    while (performance.now() < endsAt) {
      await client.ask(body).then(
        (sample) => samples.push(sample),
        () => (broken += 1),
      );
    }
  };
  await Promise.all(Array.from({ length: clients }, one));
  return { samples, broken, seconds: (performance.now() - startedAt) / 1_000 };
}

/** So many requests a second, whether answers come or not, as the world outside does it. */
export async function openLoop(
  client: Client,
  { perSecond, seconds, body }: { readonly perSecond: number; readonly seconds: number; readonly body: string },
): Promise<Run> {
  const samples: Sample[] = [];
  const running = new Set<Promise<unknown>>();
  let broken = 0;
  let sent = 0;
  const startedAt = performance.now();
  const elapsed = (): number => (performance.now() - startedAt) / 1_000;
  while (elapsed() < seconds) {
    for (; sent < elapsed() * perSecond; sent += 1) {
      const asked = client.ask(body).then(
        (sample) => samples.push(sample),
        () => (broken += 1),
      );
      running.add(asked);
      void asked.finally(() => running.delete(asked));
    }
    await sleep(1);
  }
  const sending = elapsed();
  await Promise.all(running);
  return { samples, broken, seconds: sending };
}
