import { parseModelId } from '@yellowstone/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nodeError } from '../errors.js';
import { quietLog } from '../testing/keys.js';
import { stillBackend } from '../testing/still-backend.js';
import { type BackendHealth, watchHealth } from './health.js';
import type { ServedModel } from './served-model.js';
import { createSlots } from './slots.js';
import { takeTurn } from './take-turn.js';

const clock = { monotonic: () => Date.now() };
const entry = {
  modelId: parseModelId(`0x${'ab'.repeat(32)}`),
  name: 'm',
  backend: { kind: 'url', url: 'http://127.0.0.1:1/v1', model: 'm', apiKey: undefined },
  slots: 1,
  queue: 4,
  maxTokens: 64,
} as const;
const { signal } = new AbortController();

let health: BackendHealth;
let model: ServedModel;

beforeEach(async () => {
  vi.useFakeTimers();
  health = await watchHealth({ log: quietLog, clock, probe: async () => true }, { name: 'm' });
  const slots = createSlots({ clock }, entry);
  model = { backend: { ...stillBackend(entry), ...health, stop: async () => undefined }, slots };
});
afterEach(() => {
  health.stop();
  vi.useRealTimers();
});

const fail = async (error: unknown): Promise<boolean> => (await takeTurn(model, { signal })).fail(error);

describe('takeTurn', () => {
  it('gives the slot back at the end, once', async () => {
    const turn = await takeTurn(model, { signal });
    expect(model.slots.load().busy).toBe(1);
    turn.end({ kind: 'answered', ttftMs: 5, durationMs: 10, outputTokens: 3 });
    turn.fail(new Error('late'));
    expect([model.slots.load().busy, health.measured().answers, health.measured().failures]).toEqual([0, 1, 0]);
  });

  it.each([
    ['cannot be reached', nodeError('backend_unreachable'), true],
    ['is late', nodeError('backend_timeout'), true],
    ['fails', nodeError('backend_failed'), true],
    ['answers nothing usable', nodeError('backend_broken'), true],
    ['breaks off', nodeError('stream_truncated'), true],
    ['is busy', nodeError('backend_busy'), false],
    ['refuses a request that is wrong', nodeError('request_aborted'), false],
    ['has nothing to do with it', new Error('the client left'), false],
  ])('tells whose fault it is when a backend %s', async (_, error, isAtFault) => {
    expect(await fail(error)).toBe(isAtFault);
    expect(health.measured().failures).toBe(isAtFault ? 1 : 0);
  });

  it('refuses before the queue while the backend is down, with the time to wait', async () => {
    for (let at = 0; at < 3; at += 1) await fail(nodeError('backend_failed'));
    const refused = { code: 'backend_unhealthy', httpStatus: 503, retryAfterSeconds: 5 };
    await expect(takeTurn(model, { signal })).rejects.toMatchObject(refused);
    expect(model.slots.load()).toMatchObject({ busy: 0, waiting: 0 });
  });

  it('refuses who waited when the backend went down in the meantime', async () => {
    const running = await takeTurn(model, { signal });
    const waiting = takeTurn(model, { signal });
    const refused = expect(waiting).rejects.toMatchObject({ code: 'backend_unhealthy' });
    health.reportUnreachable();
    running.end({ kind: 'failed' });
    await refused;
    expect(model.slots.load()).toMatchObject({ busy: 0, waiting: 0 });
  });
});
