import { InvalidArgumentError } from 'commander';
import { describe, expect, it } from 'vitest';
import {
  addressArgument,
  bidArgument,
  countArgument,
  dayArgument,
  durationArgument,
  morArgument,
  rpcArgument,
  urlArgument,
} from './arguments.js';

describe('durationArgument', () => {
  it.each([
    ['300', 300n],
    ['300s', 300n],
    ['5m', 300n],
    ['5min', 300n],
    ['1h', 3_600n],
    ['1h30m', 5_400n],
    ['1d', 86_400n],
  ])('%s is %s s', (text, seconds) => {
    expect(durationArgument(text)).toBe(seconds);
  });

  it.each(['', 'h', '1 h', '-1h', '1.5h', '1w', '0x10', '9999999999'])('refuses %j', (text) => {
    expect(() => durationArgument(text)).toThrow(InvalidArgumentError);
  });
});

describe('dayArgument', () => {
  it('takes days of the calendar', () => {
    expect(dayArgument('2028-02-29')).toBe('2028-02-29');
  });

  it.each(['', 'today', '2026-2-1', '2026-02-29', '2026-13-01', '2026-11-28T00:00'])('refuses %j', (text) => {
    expect(() => dayArgument(text)).toThrow(InvalidArgumentError);
  });
});

describe('other arguments', () => {
  it('are exact', () => {
    expect(morArgument('0.000000000000000001')).toBe(1n);
    expect(countArgument('20')).toBe(20);
    expect(urlArgument('http://127.0.0.1:8083/')).toBe('http://127.0.0.1:8083');
    expect(rpcArgument('wss://a.example/key/,http://b.example')).toBe('wss://a.example/key,http://b.example');
  });

  it.each([
    [morArgument, '1e3'],
    [morArgument, '0.0000000000000000001'],
    [morArgument, '-1'],
    [morArgument, '1,5'],
    [countArgument, '0'],
    [countArgument, '1.5'],
    [urlArgument, 'ftp://x'],
    [urlArgument, 'wss://x'],
    [rpcArgument, 'http://x,ftp://y'],
    [addressArgument, '0x12'],
    [bidArgument, '0x12'],
  ])('refuse what does not fit (%#)', (parse: (text: string) => unknown, text) => {
    expect(() => parse(text)).toThrow(InvalidArgumentError);
  });
});
