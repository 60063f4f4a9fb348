import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { byteSourceOf } from './byte-source.js';

describe('byteSourceOf', () => {
  it('gives every piece in its order, then nothing, whoever is first', async () => {
    for (const isReaderFirst of [true, false]) {
      const stream = new Readable({ read: () => undefined });
      const source = byteSourceOf(stream);
      const first = isReaderFirst ? source.next() : undefined;
      for (const piece of ['a', 'b', 'c', null]) stream.push(piece === null ? null : Buffer.from(piece));
      await turn();
      const pieces = [String(await (first ?? source.next())), String(await source.next()), String(await source.next())];
      expect(pieces).toEqual(['a', 'b', 'c']);
      expect([await source.next(), await source.next()]).toEqual([undefined, undefined]);
    }
  });

  it('does not let its stream run ahead of its reader', async () => {
    let made = 0;
    const stream = new Readable({
      highWaterMark: 1_000,
      read() {
        made += 1;
        this.push(Buffer.alloc(1_000));
      },
    });
    const source = byteSourceOf(stream);
    for (let turns = 0; turns < 20; turns++) await turn();
    expect(made).toBeLessThan(5);
    for (let pieces = 0; pieces < 50; pieces++) expect(await source.next()).toHaveLength(1_000);
    expect(made).toBeLessThan(60);
    source.leave();
    expect(stream.destroyed).toBe(true);
  });

  it('throws what the stream throws, after what came before', async () => {
    const stream = new Readable({ read: () => undefined });
    const source = byteSourceOf(stream);
    stream.push(Buffer.from('a'));
    await turn();
    stream.destroy(new Error('broken'));
    await turn();
    expect(String(await source.next())).toBe('a');
    await expect(source.next()).rejects.toThrow('broken');
    await expect(source.next()).rejects.toThrow('broken');
  });

  it('throws when the stream is closed before its end', async () => {
    const stream = new Readable({ read: () => undefined });
    const source = byteSourceOf(stream);
    const next = source.next();
    source.leave();
    await expect(next).rejects.toThrow('before its end');
  });
});
