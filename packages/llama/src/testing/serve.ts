import OpenAI from 'openai';
import { createEngine } from '../engine.js';
import { createHttpServer } from '../http-server.js';
import { silentLog } from '../log.js';
import type { LlamaLog } from '../log.js';
import { resolveOptions } from '../options.js';
import type { LlamaOptions } from '../options.js';
import { createRoutes } from '../routes.js';

export type Served = {
  readonly url: string;
  /** The official client; it never retries, so that each error is seen. */
  readonly client: OpenAI;
  readonly modelName: string;
  slots(): { total: number; busy: number; waiting: number };
  stop(): Promise<void>;
};

export const FIXED_NOW_MS = 1_700_000_000_000;

/** What `worker.ts` does, in the process of the test: the real engine and the real server. */
export async function serve(options: LlamaOptions, { log = silentLog }: { log?: LlamaLog } = {}): Promise<Served> {
  const resolved = resolveOptions(options);
  const engine = await createEngine({ log, onStage: () => {} }, resolved);
  let lastId = 0;
  const deps = { engine, now: () => FIXED_NOW_MS, newId: () => `${++lastId}` };
  const defaults = { temperature: resolved.defaultTemperature, newSeed: () => 7 };
  const server = createHttpServer({ routes: createRoutes(deps, { ...resolved, defaults }), log }, resolved);
  const url = `http://127.0.0.1:${await server.listen()}`;
  return {
    url,
    client: new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0 }),
    modelName: engine.modelName,
    slots: engine.slots,
    async stop() {
      await server.stop();
      await engine.stop();
    },
  };
}
