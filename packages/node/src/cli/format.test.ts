import { describe, expect, it } from 'vitest';
import {
  countText,
  durationText,
  isoText,
  jsonText,
  morText,
  plainLines,
  plainText,
  shortHex,
  timeText,
} from './format.js';

describe('durationText', () => {
  it.each([
    [0n, '0 s'],
    [59n, '59 s'],
    [60n, '1 min'],
    [90n, '1 min 30 s'],
    [3_600n, '1 h'],
    [3_659n, '1 h'],
    [5_400n, '1 h 30 min'],
    [86_400n, '1 d'],
    [100_000n, '1 d 3 h'],
  ])('%s s is %s', (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });
});

describe('timeText', () => {
  const now = 1_800_000_000n;
  it.each([
    [now, 'now (2027-01-15T08:00:00Z)'],
    [now + 3_600n, 'in 1 h (2027-01-15T09:00:00Z)'],
    [now - 61n, '1 min 1 s ago (2027-01-15T07:58:59Z)'],
  ])('tells %s', (at, text) => {
    expect(timeText(at, now)).toBe(text);
  });

  it('takes what no calendar has', () => {
    expect(isoText(2n ** 60n)).toBe('+275760-09-13T00:00:00Z');
  });
});

describe('texts', () => {
  it.each([
    [0n, '0 MOR'],
    [1n, '0.000000000000000001 MOR'],
    [36_000_000_000_000_000n, '0.036 MOR'],
    [123_456_789n * 10n ** 18n + 5n, '123456789.000000000000000005 MOR'],
  ])('%s MOR-wei are %s, to the last decimal', (amountMor, text) => {
    expect(morText(amountMor)).toBe(text);
  });

  it('shorten, count and write JSON', () => {
    expect(shortHex('0x0123456789abcdef')).toBe('0x0123…cdef');
    expect([0, 1, 2].map((count) => countText(count, 'bid'))).toEqual(['no bids', '1 bid', '2 bids']);
    expect(jsonText({ amountMor: 10n ** 30n, list: [1n] })).toBe(`{"amountMor":"1${'0'.repeat(30)}","list":["1"]}`);
  });
});

describe('texts of strangers', () => {
  const evil = 'a\u001B[2Jb\u009Bc\nd\te\u202Ef\r';

  it('obey nothing on a line', () => {
    expect(plainText(evil)).toBe('a\uFFFD[2Jb\uFFFDc\uFFFDd\uFFFDe\uFFFDf\uFFFD');
  });

  it('keep lines and tabs in an answer', () => {
    expect(plainLines(evil)).toBe('a[2Jbc\nd\tef');
    expect(plainLines('Grüße, 世界 👋🏽')).toBe('Grüße, 世界 👋🏽');
  });
});
