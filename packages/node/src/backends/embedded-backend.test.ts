import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseModelId } from '@yellowstone/protocol';
import { quietLog } from '../testing/keys.js';
import type { ModelEntry } from './model-entry.js';
import { type LlamaPackage, startEmbedded } from './embedded-backend.js';

const modelPath = '/models/tiny.gguf';
const entry: ModelEntry = {
  modelId: parseModelId(`0x${'ab'.repeat(32)}`),
  name: 'tiny',
  backend: { kind: 'embedded', modelPath },
  slots: 2,
  queue: 8,
  maxTokens: 64,
};

let dies: ((exit: { expected: boolean }) => void)[];
const startLlama = vi.fn<LlamaPackage['startLlama']>();
const importLlama = async (): Promise<LlamaPackage> => ({ startLlama });

beforeEach(() => {
  vi.useFakeTimers();
  dies = [];
  startLlama.mockReset().mockImplementation(async () => {
    const port = dies.length + 1;
    const exited = new Promise<{ expected: boolean }>((die) => dies.push(die));
    return { url: `http://127.0.0.1:${port}`, exited, stop: async () => dies[port - 1]?.({ expected: true }) };
  });
});

afterEach(() => void vi.useRealTimers());

describe('startEmbedded', () => {
  it('starts llama.cpp with the slots and the queue of the entry', async () => {
    const driver = await startEmbedded({ log: quietLog, clock: { monotonic: () => Date.now() }, importLlama }, entry, {
      modelPath,
    });
    expect(startLlama.mock.calls[0]?.[0]).toMatchObject({ modelPath, modelName: 'tiny', slots: 2, queueLimit: 8 });
    expect(driver.url()).toBe('http://127.0.0.1:1/v1');
  });

  it('starts it again when it dies, later and later while that fails', async () => {
    const driver = await startEmbedded({ log: quietLog, clock: { monotonic: () => Date.now() }, importLlama }, entry, {
      modelPath,
    });
    startLlama.mockRejectedValueOnce(new Error('no memory'));
    dies[0]?.({ expected: false });
    await vi.advanceTimersByTimeAsync(999);
    expect([driver.url(), startLlama.mock.calls.length]).toEqual([undefined, 1]);
    await vi.advanceTimersByTimeAsync(1);
    expect([driver.url(), startLlama.mock.calls.length]).toEqual([undefined, 2]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect([driver.url(), startLlama.mock.calls.length]).toEqual(['http://127.0.0.1:2/v1', 3]);
  });

  it('does not start it again after stop', async () => {
    const driver = await startEmbedded({ log: quietLog, clock: { monotonic: () => Date.now() }, importLlama }, entry, {
      modelPath,
    });
    await driver.stop();
    await vi.advanceTimersByTimeAsync(120_000);
    expect([driver.url(), startLlama.mock.calls.length]).toEqual([undefined, 1]);
  });

  it('says when the package is not installed', async () => {
    const absent = async (): Promise<LlamaPackage> => Promise.reject(new Error('ERR_MODULE_NOT_FOUND'));
    await expect(
      startEmbedded({ log: quietLog, clock: { monotonic: () => Date.now() }, importLlama: absent }, entry, {
        modelPath,
      }),
    ).rejects.toMatchObject({
      code: 'llama_not_installed',
    });
  });
});
