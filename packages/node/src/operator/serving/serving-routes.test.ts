import { parseModelId } from '@yellowstone/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ModelsFileStatus } from '../../backends/open-models-file.js';
import { createSlots } from '../../backends/slots.js';
import { createFakeChain } from '../../testing/fake-chain.js';
import { providerWallet } from '../../testing/keys.js';
import { createTestApi, type TestApi } from '../../testing/operator-api.js';
import { stillBackend } from '../../testing/still-backend.js';

const entry = {
  modelId: parseModelId(`0x${'ab'.repeat(32)}`),
  name: 'tiny',
  backend: { kind: 'embedded', modelPath: '/m/tiny.gguf' },
  slots: 2,
  queue: 4,
  maxTokens: 64,
} as const;

let status: ModelsFileStatus;
let reloads: number;

beforeEach(() => {
  status = { file: '/etc/y/models.json', loadedAt: 5_500, problems: [], notStarted: [] };
  reloads = 0;
});

async function apiOf(hasFile: boolean): Promise<TestApi> {
  const slots = createSlots({ clock: { monotonic: () => 0 } }, entry);
  await slots.acquire(new AbortController().signal);
  const reload = async (): Promise<void> => void (reloads += 1);
  const modelsFile = hasFile ? { status: () => status, reload } : undefined;
  const models = new Map([[entry.modelId, { backend: stillBackend(entry), slots }]]);
  const serving = { models, draining: () => 1, modelsFile };
  return createTestApi({ chain: createFakeChain(), wallet: providerWallet, serving, needs: { models, modelsFile } });
}

describe('GET /provider/models', () => {
  it('tells health, slots and queue of each model, and where the list comes from', async () => {
    const api = await apiOf(true);
    expect(await api.call('GET', '/provider/models')).toEqual({
      status: 200,
      body: {
        models: [
          {
            modelId: entry.modelId,
            name: 'tiny',
            backend: 'embedded',
            state: 'down',
            reason: 'start',
            slots: 2,
            busy: 1,
            queue: 4,
            waiting: 0,
            answers: 0,
            failures: 0,
            serviceMs: null,
            probeMs: null,
            ttftMs: null,
            tokensPerSecond: null,
          },
        ],
        draining: 1,
        file: { loadedAt: '5', isCurrent: true, problems: [], notStarted: [] },
      },
    });
  });

  it('tells what is wrong with the file, and so does /readyz, which stays ready', async () => {
    status = { ...status, problems: ['entry 1 (tiny): slots must be >= 1'], notStarted: ['big: no memory'] };
    const api = await apiOf(true);
    const file = { isCurrent: false, problems: status.problems, notStarted: status.notStarted };
    expect((await api.call('GET', '/provider/models')).body).toMatchObject({ file });
    expect(await api.call('GET', '/readyz')).toMatchObject({
      status: 200,
      body: {
        parts: { modelsFile: { isReady: true, isCurrent: false, problems: [...status.problems, 'big: no memory'] } },
      },
    });
  });

  it('has no file when the list is fixed', async () => {
    const api = await apiOf(false);
    expect((await api.call('GET', '/provider/models')).body).toMatchObject({ file: null });
    expect((await api.call('POST', '/provider/models/reload')).status).toBe(200);
  });
});

describe('POST /provider/models/reload', () => {
  it('reads the file now', async () => {
    const api = await apiOf(true);
    expect(await api.call('POST', '/provider/models/reload')).toMatchObject({ status: 200, body: { draining: 1 } });
    expect(reloads).toBe(1);
  });
});
