import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { quietLog } from '../testing/keys.js';
import { type AttemptResult, type BackendHealth, watchHealth } from './health.js';

const answered: AttemptResult = { kind: 'answered', ttftMs: 20, durationMs: 120, outputTokens: 11 };
const failed: AttemptResult = { kind: 'failed' };

let isWell: boolean;
let probes: number;
let health: BackendHealth;

beforeEach(async () => {
  vi.useFakeTimers();
  [isWell, probes] = [true, 0];
});
afterEach(() => {
  health.stop();
  vi.useRealTimers();
});

async function watch(): Promise<void> {
  const probe = async (): Promise<boolean> => {
    probes += 1;
    return isWell;
  };
  health = await watchHealth({ log: quietLog, clock: { monotonic: () => Date.now() }, probe }, { name: 'm' });
}
const state = (): string => health.state().state;
const seconds = (count: number): Promise<unknown> => vi.advanceTimersByTimeAsync(count * 1_000);
const ask = (result: AttemptResult): void => health.begin()?.end(result);

describe('probes', () => {
  it('bring a backend up at the first good one after the start, also if that comes late', async () => {
    isWell = false;
    await watch();
    expect([state(), health.isHealthy(), health.begin()]).toEqual(['down', false, undefined]);
    isWell = true;
    await seconds(1);
    expect(state()).toBe('up');
  });

  it('need two bad ones in a row, and two good ones to come back', async () => {
    await watch();
    isWell = false;
    await seconds(5);
    isWell = true;
    await seconds(5);
    isWell = false;
    await seconds(5);
    expect(state()).toBe('up');
    await seconds(5);
    expect(state()).toBe('down');
    isWell = true;
    await seconds(1);
    expect(state()).toBe('down');
    await seconds(1);
    expect(state()).toBe('up');
  });

  it('come every five seconds while all is well, every second while it is not', async () => {
    await watch();
    await seconds(20);
    expect(probes).toBe(5);
    isWell = false;
    await seconds(20);
    expect(probes).toBe(5 + 2 + 10);
  });

  it('end with stop', async () => {
    await watch();
    health.stop();
    await seconds(60);
    expect(probes).toBe(1);
  });
});

describe('requests', () => {
  beforeEach(watch);

  it('take a backend down at once when nobody listens; probes bring it back', async () => {
    health.reportUnreachable();
    expect([state(), health.begin()]).toEqual(['down', undefined]);
    await seconds(7);
    expect(state()).toBe('up');
  });

  it('open the circuit after three failures in a row', () => {
    [failed, failed, answered, failed, failed].forEach(ask);
    expect(state()).toBe('up');
    ask(failed);
    expect(state()).toBe('down');
  });

  it('open it when more than half of the latest fail, if there are ten', () => {
    [answered, failed, failed, answered, failed, failed, answered, failed, failed].forEach(ask);
    expect(state()).toBe('up');
    ask(answered);
    expect(state()).toBe('up');
    ask(failed);
    expect(state()).toBe('down');
  });

  it('say nothing about the backend when the client left or asked wrongly', () => {
    [failed, failed].forEach(ask);
    for (let at = 0; at < 20; at += 1) ask({ kind: 'dropped' });
    expect([state(), health.measured().failures]).toEqual(['up', 2]);
  });

  it('count once, however often they are said to have ended', () => {
    const attempt = health.begin();
    for (let at = 0; at < 5; at += 1) attempt?.end(failed);
    expect([state(), health.measured().failures]).toEqual(['up', 1]);
  });
});

describe('an open circuit', () => {
  beforeEach(async () => {
    await watch();
    [failed, failed, failed].forEach(ask);
  });

  it('stays open for five seconds, says for how long, then lets one at a time try', async () => {
    expect([state(), health.retryAfterSeconds()]).toEqual(['down', 5]);
    await seconds(4);
    expect([state(), health.retryAfterSeconds()]).toEqual(['down', 1]);
    await seconds(3);
    expect([state(), health.isHealthy()]).toEqual(['trial', true]);
    const first = health.begin();
    expect([first === undefined, health.begin()]).toEqual([false, undefined]);
    first?.end({ kind: 'dropped' });
    expect(health.begin()).toBeDefined();
  });

  it('closes with one answer', async () => {
    await seconds(7);
    ask(answered);
    expect(state()).toBe('up');
  });

  it('opens again with one failure, for twice as long, up to two minutes', async () => {
    const pauses: number[] = [];
    for (let at = 0; at < 6; at += 1) {
      pauses.push(health.retryAfterSeconds());
      while (state() !== 'trial') await seconds(1);
      ask(failed);
    }
    expect(pauses).toEqual([5, 10, 20, 40, 80, 120]);
  });

  it('does not let anybody try while probes fail', async () => {
    isWell = false;
    await seconds(60);
    expect(state()).toBe('down');
  });

  it('forgets its pauses once it was closed', async () => {
    await seconds(7);
    ask(failed);
    await seconds(12);
    ask(answered);
    [failed, failed, failed].forEach(ask);
    expect(health.retryAfterSeconds()).toBe(5);
  });

  it('takes no notice of requests that began before it opened', async () => {
    await seconds(7);
    ask(answered);
    const old = health.begin();
    [failed, failed, failed].forEach(ask);
    await seconds(7);
    const trial = health.begin();
    old?.end(failed);
    expect([state(), health.begin()]).toEqual(['trial', undefined]);
    trial?.end(answered);
    expect(state()).toBe('up');
  });
});

describe('what is measured', () => {
  it('is the middle of the latest answers', async () => {
    await watch();
    expect(health.measured()).toEqual({ answers: 0, failures: 0, probeMs: 0, ttftMs: undefined });
    for (const ttftMs of [10, 5_000, 30]) {
      ask({ kind: 'answered', ttftMs, durationMs: ttftMs + 1_000, outputTokens: 51 });
    }
    ask(failed);
    ask({ kind: 'answered', ttftMs: undefined, durationMs: 5, outputTokens: 0 });
    expect(health.measured()).toEqual({ answers: 4, failures: 1, probeMs: 0, ttftMs: 30, tokensPerSecond: 50 });
  });
});
