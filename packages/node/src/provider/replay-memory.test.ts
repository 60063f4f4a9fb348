import { describe, expect, it } from 'vitest';
import { createReplayMemory } from './replay-memory.js';

const request = (requestId: string, now = 100n) => ({ sessionId: 's', requestId, deadline: now + 60n, now });

describe('createReplayMemory', () => {
  it('takes a request once', () => {
    const memory = createReplayMemory();
    memory.admit(request('a'));
    memory.admit({ ...request('a'), sessionId: 't' });
    expect(() => memory.admit(request('a'))).toThrow(
      expect.objectContaining({ code: 'request_replayed', httpStatus: 409 }),
    );
  });

  it('is bounded, and forgets what can no longer be replayed', () => {
    const memory = createReplayMemory({ maxEntries: 2 });
    memory.admit(request('a'));
    memory.admit(request('b'));
    expect(() => memory.admit(request('c'))).toThrow(expect.objectContaining({ code: 'replay_memory_full' }));
    memory.admit(request('c', 161n));
  });
});
