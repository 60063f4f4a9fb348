import { describe, expect, it } from 'vitest';
import { countedMor, type CountedStake, rollToDay } from './counted-stake.js';

const stake: CountedStake = { activeMor: 5n, day: 10n, highestMor: 8n, checkpoints: [{ day: 4n, countedMor: 3n }] };

describe('rollToDay (DESIGN 4)', () => {
  it('changes nothing on the same day', () => {
    expect(rollToDay(stake, 10n)).toBe(stake);
  });

  it('writes the highest of the old day and the active stake of the next', () => {
    expect(rollToDay(stake, 13n)).toEqual({
      activeMor: 5n,
      day: 13n,
      highestMor: 5n,
      checkpoints: [
        { day: 4n, countedMor: 3n },
        { day: 10n, countedMor: 8n },
        { day: 11n, countedMor: 5n },
      ],
    });
  });

  it('writes no value twice in a row', () => {
    expect(rollToDay({ ...stake, highestMor: 3n }, 11n).checkpoints).toEqual([
      { day: 4n, countedMor: 3n },
      { day: 11n, countedMor: 5n },
    ]);
    expect(rollToDay({ ...stake, activeMor: 3n, highestMor: 3n }, 11n).checkpoints).toBe(stake.checkpoints);
    expect(rollToDay({ ...stake, activeMor: 0n, highestMor: 0n, checkpoints: [] }, 11n).checkpoints).toEqual([]);
  });

  it('overwrites the checkpoint of the same day', () => {
    const next = { ...rollToDay(stake, 11n), activeMor: 9n, highestMor: 9n };
    expect(rollToDay(next, 12n).checkpoints).toEqual([
      { day: 4n, countedMor: 3n },
      { day: 10n, countedMor: 8n },
      { day: 11n, countedMor: 9n },
    ]);
  });

  it('refuses a day before the last touch', () => {
    expect(() => rollToDay(stake, 9n)).toThrow(expect.objectContaining({ code: 'TIME_BACKWARDS' }));
  });
});

describe('countedMor', () => {
  it.each([
    [0n, 0n],
    [3n, 0n],
    [4n, 3n],
    [9n, 3n],
    [10n, 8n],
    [11n, 5n],
    [1_000n, 5n],
  ])('of day %d is %d', (day, counted) => {
    expect(countedMor(stake, day)).toBe(counted);
    if (day !== 10n) expect(countedMor(rollToDay(stake, 2_000n), day)).toBe(counted);
  });
});
