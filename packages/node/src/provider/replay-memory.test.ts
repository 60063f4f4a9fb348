import { createUsedRequestIds, openDatabase } from '@yellowstone/service';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readableLog } from '../testing/keys.js';
import { createReplayMemory, type ReplayMemory } from './replay-memory.js';

const request = (requestId: string) => ({ sessionId: 's', requestId, deadline: 160n });
const { log } = readableLog();

describe('createReplayMemory', () => {
  let folder: string;
  let nowMs = 100_000;
  let stop: () => Promise<void>;
  let tidy: () => Promise<number>;
  let memory: ReplayMemory;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'yellowstone-replay-'));
    await start();
  });
  afterAll(async () => {
    await stop();
    await rm(folder, { recursive: true });
  });
  async function start(): Promise<void> {
    const database = await openDatabase({ log }, { dataDir: join(folder, 'data') });
    const usedRequestIds = createUsedRequestIds({ database, clock: { now: () => nowMs } });
    memory = createReplayMemory({ usedRequestIds });
    tidy = usedRequestIds.prune;
    stop = () => database.close();
  }

  it('takes a request of a session once', async () => {
    await memory.admit(request('a'));
    await memory.admit({ ...request('a'), sessionId: 't' });
    await expect(memory.admit(request('a'))).rejects.toMatchObject({ code: 'request_replayed', httpStatus: 409 });
  });

  it('refuses at once, without the database, what this process has just seen', async () => {
    const claims: string[] = [];
    const usedRequestIds = { claim: async (id: string) => claims.push(id) > 0, prune: async () => 0 };
    const quick = createReplayMemory({ usedRequestIds });
    const first = quick.admit(request('twice'));
    await expect(quick.admit(request('twice'))).rejects.toMatchObject({ code: 'request_replayed' });
    await first;
    expect(claims).toEqual(['s twice']);
  });

  it('refuses a replay after a restart as well (scenario 43)', async () => {
    await stop();
    await start();
    await expect(memory.admit(request('a'))).rejects.toMatchObject({ code: 'request_replayed' });
  });

  it('remembers through the last second of the deadline, then forgets when it tidies up', async () => {
    nowMs = 160_999;
    await tidy();
    await expect(memory.admit(request('a'))).rejects.toMatchObject({ code: 'request_replayed' });
    nowMs = 161_000;
    await tidy();
    await stop();
    await start();
    await memory.admit({ ...request('a'), deadline: 220n });
  });

  it('admits nothing while it cannot look', async () => {
    await stop();
    await expect(memory.admit(request('b'))).rejects.toMatchObject({
      code: 'replay_memory_unavailable',
      httpStatus: 503,
      retryAfterSeconds: 5,
    });
    await start();
  });
});
