import { mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readableLog } from '../testing/keys.js';
import type { StartProblem } from './fleet.js';
import type { ModelEntry } from './model-entry.js';
import { type ModelsFile, openModelsFile } from './open-models-file.js';

const model = (name: string, change: object = {}) => ({
  modelId: `0x${name.charCodeAt(0).toString(16).repeat(32)}`,
  name,
  backendUrl: 'http://127.0.0.1:1/v1',
  slots: 1,
  ...change,
});

let folder: string;
let file: string;
let modelsFile: ModelsFile;
let served: string[][];
let failed: readonly StartProblem[];
let logged: () => string;
let now: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yellowstone-models-'));
  file = join(folder, 'models-config.json');
  [served, failed, now] = [[], [], 1_000];
});
afterEach(async () => {
  await modelsFile.stop();
  await rm(folder, { recursive: true, force: true });
});

async function open(options: { pollMs?: number; debounceMs?: number; settleMs?: number } = {}): Promise<void> {
  await writeFile(file, JSON.stringify([model('a')]));
  const list = served;
  const { log, text } = readableLog();
  logged = text;
  const timing = { pollMs: 60_000, debounceMs: 10, settleMs: 50, ...options };
  modelsFile = await openModelsFile({ env: {}, log, clock: { now: () => now } }, file, timing);
  modelsFile.follow(async (entries: readonly ModelEntry[]) => {
    list.push(entries.map(({ name }) => name));
    return failed;
  });
}
const put = (list: unknown): Promise<void> => writeFile(file, typeof list === 'string' ? list : JSON.stringify(list));
const soon = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 5_000, interval: 5 });

describe('openModelsFile', () => {
  it('begins with what the file says, and gives on what it says later', async () => {
    await open();
    expect(modelsFile.entries()).toMatchObject([{ name: 'a' }]);
    now = 2_000;
    await put([model('a'), model('b')]);
    await soon(() => expect(served).toEqual([['a', 'b']]));
    expect(modelsFile.status()).toEqual({ file, loadedAt: 2_000, problems: [], notStarted: [] });
  });

  it('sees a file that is put in the place of the old one', async () => {
    await open();
    await writeFile(`${file}.new`, JSON.stringify([model('b')]));
    await rename(`${file}.new`, file);
    await soon(() => expect(served).toEqual([['b']]));
  });

  it('sees changes that nobody tells it of, by looking now and then', async () => {
    // Behind a link nothing happens in the folder that is watched.
    const elsewhere = await mkdtemp(join(tmpdir(), 'yellowstone-models-'));
    const target = join(elsewhere, 'list.json');
    await writeFile(target, JSON.stringify([model('a')]));
    await symlink(target, file);
    await open({ pollMs: 20 });
    await writeFile(target, JSON.stringify([model('c')]));
    await soon(() => expect(served).toEqual([['c']]));
    await rm(elsewhere, { recursive: true });
  });

  it('serves on what was good when the file is wrong, and tells all that is wrong with it at once', async () => {
    await open();
    await put([model('a', { slots: 0 }), model('b', { backendUrl: undefined })]);
    await soon(() => expect(modelsFile.status().problems).toHaveLength(2));
    const [first, second] = modelsFile.status().problems;
    expect(first).toMatch(/^entry 1 \(a\): slots /);
    expect(second).toMatch(/^entry 2 \(b\): give one of backendUrl, embedded and llamaServer/);
    expect(logged()).toMatch(/entry 1 \(a\)[^\n]*entry 2 \(b\)/);
    expect([served, modelsFile.entries()]).toMatchObject([[], [{ name: 'a' }]]);
    await put([model('b')]);
    await soon(() => expect(served).toEqual([['b']]));
    expect(modelsFile.status().problems).toEqual([]);
  });

  it('takes no notice of a file that is half written', async () => {
    await open({ settleMs: 500 });
    const whole = JSON.stringify([model('a'), model('b')]);
    await put(whole.slice(0, 40));
    await soon(() => expect(logged()).toContain('models file may be half written'));
    await put(whole);
    await soon(() => expect(served).toEqual([['a', 'b']]));
    expect(logged()).not.toContain('models file is wrong');
  });

  it('tells a file that is gone, and goes on when it is back', async () => {
    await open();
    await rm(file);
    await soon(() => expect(modelsFile.status().problems).toEqual(['it cannot be read']));
    await put([model('a')]);
    await soon(() => expect(modelsFile.status().problems).toEqual([]));
  });

  it('tells what does not start, and starts it again when asked to', async () => {
    await open();
    const [entry] = modelsFile.entries();
    failed = [{ entry: entry as ModelEntry, error: new Error('no memory') }];
    await modelsFile.reload();
    expect(modelsFile.status().notStarted).toEqual(['a: no memory']);
    failed = [];
    await modelsFile.reload();
    expect([served, modelsFile.status().notStarted]).toEqual([[['a'], ['a']], []]);
  });

  it('tells a wrong file at once when asked to read it', async () => {
    await open({ settleMs: 60_000, debounceMs: 60_000 });
    await put('{');
    await modelsFile.reload();
    expect(modelsFile.status().problems).toEqual(['it is not JSON']);
  });

  it('looks no more after stop', async () => {
    await open();
    await modelsFile.stop();
    const first = served;
    served = [];
    await open();
    await put([model('b')]);
    await soon(() => expect(served).toEqual([['b']]));
    expect(first).toEqual([]);
  });
});
