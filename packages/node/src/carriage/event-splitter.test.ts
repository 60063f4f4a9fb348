import { describe, expect, it } from 'vitest';
import { createEventSplitter, dataOf, MAX_EVENT_BYTES } from './event-splitter.js';

const STREAMS: readonly (readonly [string, string, readonly string[]])[] = [
  ['LF', 'data: a\n\ndata: ß🌊\n\n', ['a', 'ß🌊']],
  ['CR LF', 'data: a\r\n\r\ndata: b\r\n\r\n', ['a', 'b']],
  ['CR', 'data: a\r\rdata: b\r\r', ['a', 'b']],
  ['comments and other fields', ': ping\n\nevent: x\nid: 1\ndata:a\n\n', ['a']],
  ['several data lines', 'data: a\ndata: b\n\n', ['a\nb']],
  ['no blank line at the end', 'data: a\n\ndata: [DONE]', ['a', '[DONE]']],
  ['many blank lines', '\n\n\ndata: a\n\n\n\n', ['a']],
];

describe('createEventSplitter (scenario 38)', () => {
  it.each(STREAMS)('gives the events of a stream with %s, whatever the chunks', (_, stream, datas) => {
    const bytes = Buffer.from(stream);
    for (let size = 1; size <= bytes.length; size++) {
      const splitter = createEventSplitter();
      const pieces: Buffer[] = [];
      for (let at = 0; at < bytes.length; at += size) pieces.push(...splitter.push(bytes.subarray(at, at + size)));
      pieces.push(splitter.rest());
      expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
      expect(pieces.map(dataOf).filter((data) => data !== undefined)).toEqual(datas);
    }
  });

  it('gives an event as soon as its blank line begins', () => {
    const splitter = createEventSplitter();
    expect(splitter.push(Buffer.from('data: a\r\n\r')).map(String)).toEqual(['data: a\r\n\r']);
  });

  it('passes a line of 1 MB', () => {
    const splitter = createEventSplitter();
    const event = Buffer.from(`data: ${'x'.repeat(1_048_576)}\n\n`);
    expect(splitter.push(event)[0]?.equals(event)).toBe(true);
  });

  it('refuses to hold more than its bound', () => {
    const splitter = createEventSplitter();
    expect(() => splitter.push(Buffer.alloc(MAX_EVENT_BYTES + 1, 'x'))).toThrow(RangeError);
  });
});
