import { describe, expect, it } from 'vitest';
import { createStopStrings } from './stop-strings.js';

function run(stops: readonly string[], pieces: readonly string[]) {
  const scanner = createStopStrings(stops);
  const texts: string[] = [];
  for (const piece of pieces) {
    const { text, stopped } = scanner.push(piece);
    texts.push(text);
    if (stopped) return { texts, stopped };
  }
  texts.push(scanner.flush());
  return { texts, stopped: false };
}

describe('stop strings', () => {
  it.each([
    ['no stop strings: all passes at once', [], ['ab', 'c'], { texts: ['ab', 'c', ''], stopped: false }],
    ['inside one piece', ['b'], ['abc'], { texts: ['a'], stopped: true }],
    ['over three pieces', ['xyz'], ['ax', 'y', 'zb'], { texts: ['a', '', ''], stopped: true }],
    ['a beginning that comes to nothing', ['xyz'], ['ax', 'yb'], { texts: ['a', 'xyb', ''], stopped: false }],
    ['a beginning at the end', ['xyz'], ['axy'], { texts: ['a', 'xy'], stopped: false }],
    ['a beginning that starts anew', ['aab'], ['aa', 'ab'], { texts: ['', 'a'], stopped: true }],
    ['the first of two in the text', ['later', 'soon'], ['a soon later'], { texts: ['a '], stopped: true }],
    ['the longer beginning is held', ['xyz', 'y'.repeat(3)], ['axy'], { texts: ['a', 'xy'], stopped: false }],
  ])('%s', (_name, stops, pieces, expected) => {
    expect(run(stops, pieces)).toEqual(expected);
  });

  it('finds every stop string however the text is cut', () => {
    const text = 'one, two, three, stop here, four';
    for (let first = 0; first <= text.length; first++) {
      for (let second = first; second <= text.length; second++) {
        const pieces = [text.slice(0, first), text.slice(first, second), text.slice(second)];
        expect(run(['stop here'], pieces).texts.join('')).toBe('one, two, three, ');
      }
    }
  });
});
