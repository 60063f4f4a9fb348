import { parseModelId } from '@yellowstone/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { quietLog } from '../testing/keys.js';
import { stillBackend } from '../testing/still-backend.js';
import { createFleet, type Fleet } from './fleet.js';
import type { ModelEntry } from './model-entry.js';
import { takeTurn } from './take-turn.js';

const idOf = (digit: string) => parseModelId(`0x${digit.repeat(64)}`);
const remote = (digit: string, change: Partial<ModelEntry> = {}): ModelEntry => ({
  modelId: idOf(digit),
  name: `model ${digit}`,
  backend: { kind: 'url', url: 'http://127.0.0.1:1/v1', model: 'm', apiKey: undefined },
  slots: 1,
  queue: 1,
  maxTokens: 64,
  ...change,
});
const own = (digit: string, modelPath: string, change: Partial<ModelEntry> = {}): ModelEntry =>
  remote(digit, { backend: { kind: 'embedded', modelPath }, ...change });
const { signal } = new AbortController();

let started: ReturnType<typeof stillBackend>[];
let fleet: Fleet;
const failing = new Set<string>();

beforeEach(() => {
  started = [];
  failing.clear();
  fleet = createFleet({
    log: quietLog,
    clock: { monotonic: () => 0 },
    start: async (entry) => {
      if (failing.has(entry.name)) throw new Error('no memory');
      const backend = stillBackend(entry);
      started.push(backend);
      return backend;
    },
  });
});
afterEach(() => fleet.stop());

const names = (): string[] => [...fleet.models.values()].map(({ backend }) => backend.entry.name);
const turnOf = async (digit: string) => {
  const model = fleet.models.get(idOf(digit));
  if (model === undefined) throw new Error('it is not served');
  return takeTurn(model, { signal });
};

describe('a fleet', () => {
  it('serves what is listed, and other models after another list', async () => {
    expect(await fleet.apply([remote('1'), remote('2')])).toEqual([]);
    expect(names()).toEqual(['model 1', 'model 2']);
    await fleet.apply([remote('2'), remote('3')]);
    expect(names()).toEqual(['model 2', 'model 3']);
    expect(started.map(({ entry, isStopped }) => [entry.name, isStopped()])).toEqual([
      ['model 1', true],
      ['model 2', false],
      ['model 3', false],
    ]);
  });

  it('lets what runs and waits end before a model that is gone stops', async () => {
    await fleet.apply([remote('1')]);
    const running = await turnOf('1');
    const waiting = turnOf('1');
    await fleet.apply([]);
    expect([names(), fleet.draining(), started[0]?.isStopped()]).toEqual([[], 1, false]);
    running.end({ kind: 'dropped' });
    (await waiting).end({ kind: 'dropped' });
    await vi.waitFor(() => expect(started[0]?.isStopped()).toBe(true));
    expect(fleet.draining()).toBe(0);
  });

  it('changes limits without touching the backend or who waits', async () => {
    await fleet.apply([remote('1')]);
    const running = await turnOf('1');
    const waiting = turnOf('1');
    await fleet.apply([remote('1', { slots: 2, queue: 0, maxTokens: 8 })]);
    const second = await waiting;
    expect(started).toHaveLength(1);
    expect(fleet.models.get(idOf('1'))?.backend.entry).toMatchObject({ slots: 2, maxTokens: 8 });
    expect(fleet.models.get(idOf('1'))?.slots.load()).toMatchObject({ busy: 2, waiting: 0 });
    await expect(turnOf('1')).rejects.toMatchObject({ code: 'queue_full' });
    for (const turn of [running, second]) turn.end({ kind: 'dropped' });
  });

  it("puts another server of somebody else in the old one's place at once", async () => {
    await fleet.apply([remote('1')]);
    const running = await turnOf('1');
    const backend = { kind: 'url', url: 'http://127.0.0.1:2/v1', model: 'm', apiKey: undefined } as const;
    await fleet.apply([remote('1', { backend })]);
    const next = await turnOf('1');
    expect([started.length, started[0]?.isStopped(), next.backend.entry.backend]).toEqual([2, false, backend]);
    running.end({ kind: 'dropped' });
    await vi.waitFor(() => expect(started[0]?.isStopped()).toBe(true));
  });

  it('never runs two servers of its own for one model: the old one ends first, meanwhile 503', async () => {
    await fleet.apply([own('1', '/old.gguf')]);
    const running = await turnOf('1');
    const applying = fleet.apply([own('1', '/new.gguf')]);
    await vi.waitFor(() => expect(fleet.draining()).toBe(1));
    await expect(turnOf('1')).rejects.toMatchObject({ code: 'backend_unhealthy', retryAfterSeconds: 30 });
    expect(started).toHaveLength(1);
    running.end({ kind: 'dropped' });
    await applying;
    expect([started.length, started[0]?.isStopped(), started[1]?.isStopped()]).toEqual([2, true, false]);
    expect((await turnOf('1')).backend.entry.backend).toMatchObject({ modelPath: '/new.gguf' });
  });

  it('tells what does not start, serves the rest, and tries again with the next list', async () => {
    failing.add('model 2');
    const problems = await fleet.apply([remote('1'), remote('2')]);
    expect(problems).toMatchObject([{ entry: { name: 'model 2' }, error: { message: 'no memory' } }]);
    expect(names()).toEqual(['model 1', 'model 2']);
    await expect(turnOf('2')).rejects.toMatchObject({ code: 'backend_unhealthy' });
    failing.clear();
    expect(await fleet.apply([remote('1'), remote('2')])).toEqual([]);
    expect((await turnOf('2')).backend.isResting).toBe(false);
    expect(started).toHaveLength(2);
  });

  it('keeps a server of somebody else when its successor does not start', async () => {
    await fleet.apply([remote('1')]);
    failing.add('renamed');
    const backend = { kind: 'url', url: 'http://127.0.0.1:2/v1', model: 'm', apiKey: undefined } as const;
    expect(await fleet.apply([remote('1', { backend, name: 'renamed' })])).toHaveLength(1);
    expect((await turnOf('1')).backend.entry.name).toBe('model 1');
  });

  it('stops all with itself, also what was still to end', async () => {
    await fleet.apply([remote('1'), remote('2')]);
    await turnOf('1');
    await fleet.apply([remote('2')]);
    await fleet.stop();
    expect(started.map(({ isStopped }) => isStopped())).toEqual([true, true]);
  });
});
