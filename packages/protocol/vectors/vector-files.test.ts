import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { VECTOR_FOLDER, vectorFiles } from './vector-files.js';

const files = await vectorFiles();

describe('test/vectors', () => {
  it.each([...files.keys()])('%s is what the reference model gives today (npm run vectors)', async (name) => {
    const written = await readFile(new URL(name, VECTOR_FOLDER), 'utf8').catch(() => 'missing');
    // A plain comparison: the difference of two large files is better read with git.
    expect(written === files.get(name)).toBe(true);
  });

  it('is the same on every run', async () => {
    expect(await vectorFiles()).toEqual(files);
  });
});
