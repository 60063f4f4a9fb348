import type { Listening } from '@yellowstone/service';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CARRIED_PATHS } from '../carriage/provider-api.js';
import { type ConsumerWorld, openConsumerWorld } from '../testing/consumer-world.js';
import { answerWords, streamWords } from '../testing/fake-backend.js';
import { WRONG } from '../testing/requests.js';
import { openTestStores, type TestStores } from '../testing/test-stores.js';

/** `OPENAPI_REQUESTS=20000` for the larger run; a failure prints the seed, `OPENAPI_SEED=…` repeats it. */
const RUNS = Number(process.env['OPENAPI_REQUESTS'] ?? 2_000) / 4;
const SEED = Number(process.env['OPENAPI_SEED'] ?? 20_261_201);
const PASSED_ON = [502, 503, 504];

let stores: TestStores;
let world: ConsumerWorld;
let node: Listening;
let authorization: string;

beforeAll(async () => {
  stores = await openTestStores();
  world = await openConsumerWorld(stores);
  world.backend.answer = (body, response) => {
    // Now and then it refuses in its own words, breaks, or says nothing.
    const fate = world.backend.asked.length % 50;
    if (fate === 7) return void response.writeHead(400).end('{"error":{"message":"too long","code":"context_length"}}');
    if (fate === 17) return void response.end('{"choices":');
    if (fate === 27) return void response.destroy();
    return body['stream'] === true ? streamWords(response) : answerWords(response);
  };
  await world.startProvider({ slots: 4 });
  node = await world.startConsumer();
  ({ authorization } = await world.keyWith({}));
});

afterAll(async () => {
  await world?.stop();
  await stores?.stop();
});

/** What clients of the OpenAI API send. */
const chat = fc.record(
  {
    model: fc.oneof({ weight: 9, arbitrary: fc.constant('tiny') }, fc.string()),
    messages: fc.array(
      fc.record({ role: fc.constantFrom('system', 'user', 'assistant', 'tool'), content: fc.string() }),
    ),
    prompt: fc.string(),
    input: fc.oneof(fc.string(), fc.array(fc.string())),
    stream: fc.boolean(),
    stream_options: fc.record({ include_usage: fc.boolean() }),
    max_tokens: fc.integer({ min: 1, max: 100 }),
    max_completion_tokens: fc.integer({ min: 1, max: 100 }),
    temperature: fc.double({ min: 0, max: 2, noNaN: true }),
    n: fc.integer({ min: 1, max: 4 }),
    stop: fc.oneof(fc.string(), fc.array(fc.string(), { maxLength: 4 })),
    logprobs: fc.boolean(),
    tools: fc.array(fc.record({ type: fc.constant('function'), function: fc.object({ maxDepth: 2 }) })),
    response_format: fc.record({ type: fc.constantFrom('text', 'json_object') }),
    unheardOf: fc.jsonValue({ maxDepth: 3 }),
  },
  { requiredKeys: ['model'] },
);
const FIELDS = [
  'model',
  'messages',
  'stream',
  'stream_options',
  'max_tokens',
  'tools',
  'n',
  '__proto__',
  'constructor',
];
const broken = fc
  .tuple(chat, fc.constantFrom(...FIELDS), fc.constantFrom(...WRONG))
  .map(([body, field, wrong]) => Object.fromEntries([...Object.entries(body), [field, wrong]]));
const text = fc.oneof(
  { weight: 6, arbitrary: chat.map((body) => JSON.stringify(body)) },
  { weight: 3, arbitrary: broken.map((body) => JSON.stringify(body)) },
  { weight: 1, arbitrary: fc.constantFrom(...WRONG).map((value) => JSON.stringify(value)) },
  // Cut, or no JSON at all.
  { weight: 1, arbitrary: fc.tuple(chat, fc.nat(40)).map(([body, at]) => JSON.stringify(body).slice(0, at)) },
);

describe(`${RUNS} requests of clients, valid and mutated`, () => {
  it(
    'end with an answer, or with an error of the OpenAI form that says what it is',
    { timeout: RUNS * 120 },
    async () => {
      const statuses = new Map<number, number>();
      let asked = 0;
      for (const [path, body] of fc.sample(fc.tuple(fc.constantFrom(...CARRIED_PATHS), text), {
        numRuns: RUNS,
        seed: SEED,
      })) {
        asked += 1;
        const headers = { authorization, 'content-type': 'application/json' };
        const answer = await fetch(`${node.url}${path}`, { method: 'POST', headers, body });
        const told = await answer.text();
        const { status } = answer;
        const where = `seed ${SEED}, request ${asked}: ${path} ${body} -> ${status} ${told}`;
        expect(status < 500 || PASSED_ON.includes(status), where).toBe(true);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        if (status !== 200) {
          const { error } = JSON.parse(told) as { error: { code: unknown; message: unknown; type: unknown } };
          expect([typeof error.code, typeof error.message, typeof error.type], where).toEqual(Array(3).fill('string'));
        } else if (String(answer.headers.get('content-type')).startsWith('text/event-stream')) {
          expect(told.includes('data: [DONE]') || told.includes('"error":'), where).toBe(true);
        } else {
          expect(JSON.parse(told), where).toHaveProperty('choices');
        }
      }
      expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 400, 404, 503]));
      expect(statuses.get(200)).toBeGreaterThan(RUNS / 3);
    },
  );
});
