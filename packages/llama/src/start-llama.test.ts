import { fork } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildRandomModel } from '../training/random-model.js';
import { startLlama, tinyTalkPath } from './index.js';
import type { LlamaOptions, RunningLlama } from './index.js';

let folder: string;
const started: RunningLlama[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yellowstone-llama-'));
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((llama) => llama.stop()));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function start(
  options: Partial<LlamaOptions> = {},
  context: { signal?: AbortSignal } = {},
): Promise<RunningLlama> {
  const llama = await startLlama({ modelPath: tinyTalkPath, ...options }, context);
  started.push(llama);
  return llama;
}

async function modelFile(name: string, content: Buffer | string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('startLlama', () => {
  it('listens on a free port of 127.0.0.1 until stop(), which may be called twice', async () => {
    const llama = await start();
    expect(llama.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(llama.modelName).toBe('tiny-talk');
    expect(isAlive(llama.pid)).toBe(true);
    const health = (await (await fetch(`${llama.url}/health`)).json()) as object;
    expect(health).toEqual({ status: 'ok', context_size: 512, slots: { total: 4, busy: 0, waiting: 0 } });
    await Promise.all([llama.stop(), llama.stop()]);
    expect(isAlive(llama.pid)).toBe(false);
    expect(await llama.exited).toEqual({ code: 0, signal: null, expected: true, stderr: '' });
  });

  it('does not load llama.cpp into the parent', () => {
    const loaded = process.report.getReport() as unknown as { sharedObjects: string[] };
    expect(loaded.sharedObjects.filter((path) => path.includes('llama'))).toEqual([]);
  });

  it('reports a process that dies by itself as unexpected', async () => {
    const errors: unknown[] = [];
    const log = { info: vi.fn(), warn: vi.fn(), error: (...line: unknown[]) => errors.push(line) };
    const llama = await start({ log });
    process.kill(llama.pid, 'SIGKILL');
    expect(await llama.exited).toMatchObject({ code: null, signal: 'SIGKILL', expected: false });
    expect(errors).toEqual([[expect.objectContaining({ pid: llama.pid, signal: 'SIGKILL' }), 'llama.cpp server died']]);
    await llama.stop();
  });

  it('the process dies when its parent is killed', async () => {
    const parent = fork(fileURLToPath(new URL('./testing/parent.mjs', import.meta.url)));
    const pid = await new Promise<number>((resolve, reject) => {
      parent.once('message', (message) => resolve(message as number));
      parent.once('exit', (code) => reject(new Error(`the parent ended with code ${code}`)));
    });
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 5_000 });
  });
});

describe('startLlama fails with a typed error', () => {
  it('for a missing file', async () => {
    const modelPath = join(folder, 'missing.gguf');
    await expect(start({ modelPath })).rejects.toMatchObject({
      code: 'LLAMA_MODEL_NOT_FOUND',
      message: expect.stringContaining(modelPath),
      details: { modelPath },
    });
  });

  it('for a file that is not GGUF', async () => {
    const modelPath = await modelFile('garbage.gguf', 'this is not a model');
    await expect(start({ modelPath })).rejects.toMatchObject({ code: 'LLAMA_MODEL_INVALID' });
  });

  it('for a GGUF that makes llama.cpp abort the process', async () => {
    const without = ['llama.attention.head_count', 'llama.feed_forward_length'];
    const modelPath = await modelFile('aborts.gguf', buildRandomModel({ without }));
    await expect(start({ modelPath })).rejects.toMatchObject({
      code: 'LLAMA_MODEL_INVALID',
      details: { stage: 'model' },
    });
  });

  it('for a context larger than the model was trained for', async () => {
    await expect(start({ contextSize: 1024 })).rejects.toMatchObject({
      code: 'LLAMA_CONTEXT_UNAVAILABLE',
      message: expect.stringContaining('contextSize is 1024, the model was trained for 512'),
    });
  });

  it('for a port that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    await expect(start({ port })).rejects.toMatchObject({
      code: 'LLAMA_PORT_UNAVAILABLE',
      message: expect.stringContaining(`${port}`),
    });
    other.close();
  });

  it('when it takes too long', async () => {
    await expect(start({ startTimeoutMs: 1 })).rejects.toMatchObject({
      code: 'LLAMA_START_TIMEOUT',
      details: { startTimeoutMs: 1 },
    });
  });

  it('when the caller aborts, before or during the start', async () => {
    await expect(start({}, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'LLAMA_START_ABORTED' });
    const controller = new AbortController();
    const starting = start({}, { signal: controller.signal });
    setImmediate(() => controller.abort());
    await expect(starting).rejects.toMatchObject({ code: 'LLAMA_START_ABORTED' });
  });

  it.each([
    ['slots', { slots: 0 }],
    ['port', { port: 65_536 }],
    ['queueLimit', { queueLimit: 1.5 }],
    ['defaults.temperature', { defaults: { temperature: 3 } }],
  ])('for an invalid %s', async (name, options) => {
    await expect(start(options)).rejects.toMatchObject({ code: 'LLAMA_OPTIONS_INVALID', details: { name } });
  });
});
