import type { Address } from '@yellowstone/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { createProviderRests, type ProviderRests } from './provider-rests.js';

const [one, other] = ['0x1', '0x2'] as unknown as readonly [Address, Address];
let now: number;
let rests: ProviderRests;

beforeEach(() => {
  now = 0;
  rests = createProviderRests({ clock: { monotonic: () => now } }, { firstMs: 100, longestMs: 350, probeMs: 50 });
});

const failAndWait = (): number => {
  rests.fail(one);
  const health = rests.healthOf(one);
  const leftMs = health.state === 'resting' ? health.leftMs : 0;
  now += leftMs;
  return leftMs;
};

describe('createProviderRests', () => {
  it('lets a provider rest after a failure, twice as long each time, up to a bound', () => {
    expect(rests.healthOf(one)).toEqual({ state: 'ready' });
    expect([failAndWait(), failAndWait(), failAndWait(), failAndWait()]).toEqual([100, 200, 350, 350]);
    expect(rests.healthOf(other)).toEqual({ state: 'ready' });
  });

  it('takes what fails while it rests for the same failure', () => {
    rests.fail(one);
    rests.fail(one);
    expect(rests.healthOf(one)).toMatchObject({ leftMs: 100, failures: 1 });
  });

  it('says how long and after how many failures', () => {
    rests.fail(one);
    now += 40;
    expect(rests.healthOf(one)).toEqual({ state: 'resting', leftMs: 60, failures: 1 });
  });

  it('lets one try at a time find out whether it is back', () => {
    failAndWait();
    expect(rests.healthOf(one).state).toBe('due');
    rests.begin(one);
    expect(rests.healthOf(one).state).toBe('probed');
    rests.succeed(one);
    expect(rests.healthOf(one).state).toBe('ready');
    expect(failAndWait()).toBe(100);
  });

  it('takes a try that nobody heard of for over', () => {
    failAndWait();
    rests.begin(one);
    now += 50;
    expect(rests.healthOf(one).state).toBe('due');
  });

  it('does not take asking a resting provider, or a ready one, for such a try', () => {
    rests.begin(one);
    rests.fail(one);
    rests.begin(one);
    now += 100;
    expect(rests.healthOf(one).state).toBe('due');
  });

  it('remembers a bounded number of providers', () => {
    for (let at = 0; at < 2_001; at += 1) rests.fail(`${at}` as unknown as Address);
    expect(rests.healthOf('0' as unknown as Address).state).toBe('ready');
    expect(rests.healthOf('1' as unknown as Address).state).toBe('resting');
  });
});
