import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  dayOf,
  dayStartAt,
  formatMor,
  hourOf,
  parseAddress,
  parseBidId,
  parseBytes32,
  parseModelId,
  parseMor,
  parseRfcId,
  parseSessionId,
  UINT128_MAX,
} from './units.js';

describe('dayOf, hourOf, dayStartAt', () => {
  it.each([
    [0n, 0n, 0n],
    [3_599n, 0n, 0n],
    [3_600n, 0n, 1n],
    [86_399n, 0n, 23n],
    [86_400n, 1n, 24n],
  ])('second %d is on day %d in hour %d', (timestamp, day, hour) => {
    expect(dayOf(timestamp)).toBe(day);
    expect(hourOf(timestamp)).toBe(hour);
  });

  it('refuses times before 1970', () => {
    expect(() => dayOf(-1n)).toThrow(expect.objectContaining({ code: 'NEGATIVE_NUMBER' }));
    expect(() => hourOf(-1n)).toThrow(expect.objectContaining({ code: 'NEGATIVE_NUMBER' }));
  });

  it('starts a day at its first second', () => {
    expect(dayOf(dayStartAt(20_000n))).toBe(20_000n);
    expect(dayOf(dayStartAt(20_000n) - 1n)).toBe(19_999n);
  });
});

describe('parseMor and formatMor', () => {
  it.each([
    ['0', 0n],
    ['0.3', 300_000_000_000_000_000n],
    ['1', 10n ** 18n],
    ['0.000000000000000001', 1n],
    ['41999999.99884', 41_999_999_998_840_000_000_000_000n],
    ['340282366920938463463.374607431768211455', UINT128_MAX],
  ])('%s MOR is %d wei and back', (text, amountMor) => {
    expect(parseMor(text)).toBe(amountMor);
    expect(formatMor(amountMor)).toBe(text);
  });

  it.each(['', '.', '.5', '5.', '-1', '+1', '1e18', '1E1', ' 1', '1 ', '1\n', '00', '01', '1,5', '1_000', '0x1', '１'])(
    'refuses %j',
    (text) => {
      expect(() => parseMor(text)).toThrow(expect.objectContaining({ code: 'MOR_TEXT_INVALID' }));
    },
  );

  it('refuses a 19th decimal, even a zero, and amounts above 128 bits', () => {
    expect(() => parseMor('0.0000000000000000010')).toThrow(expect.objectContaining({ code: 'MOR_TOO_MANY_DECIMALS' }));
    const above = expect.objectContaining({ code: 'MOR_OUT_OF_RANGE' });
    expect(() => parseMor('340282366920938463463.374607431768211456')).toThrow(above);
    expect(() => parseMor('9'.repeat(1_000))).toThrow(above);
    expect(() => formatMor(-1n)).toThrow(expect.objectContaining({ code: 'NEGATIVE_NUMBER' }));
  });

  it('are inverse to each other', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: UINT128_MAX }), (amountMor) => {
        expect(parseMor(formatMor(amountMor))).toBe(amountMor);
      }),
    );
  });
});

describe('parseAddress and the ids', () => {
  const checksummed = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266';

  it('accepts lower case and a right checksum', () => {
    expect(parseAddress(checksummed.toLowerCase())).toBe(checksummed);
    expect(parseAddress(checksummed)).toBe(checksummed);
  });

  it('refuses a wrong checksum, a wrong length, no 0x', () => {
    const wrong = checksummed.replace('F3', 'f3').replace('Fd', 'fD');
    expect(() => parseAddress(wrong)).toThrow(expect.objectContaining({ code: 'ADDRESS_CHECKSUM_INVALID' }));
    for (const text of [
      '',
      '0x',
      checksummed.slice(0, -1),
      `${checksummed}0`,
      checksummed.slice(2),
      `0X${checksummed.slice(2)}`,
    ]) {
      expect(() => parseAddress(text)).toThrow(expect.objectContaining({ code: 'HEX_INVALID' }));
    }
  });

  it('reads 32 bytes in lower case', () => {
    const text = `0x${'Ab'.repeat(32)}`;
    const parsed = [parseBytes32, parseBidId, parseModelId, parseSessionId, parseRfcId].map((parse) => parse(text));
    expect(parsed).toEqual(parsed.map(() => text.toLowerCase()));
    expect(() => parseBytes32(`0x${'zz'.repeat(32)}`)).toThrow(expect.objectContaining({ code: 'HEX_INVALID' }));
    expect(() => parseBytes32('0x00')).toThrow(expect.objectContaining({ code: 'HEX_INVALID' }));
  });
});
