import { describe, expect, it } from 'vitest';
import { loadLocalModels, parseLocalModels } from './local-models-file.js';

const good = { name: 'mine', backendUrl: 'http://127.0.0.1:8080/v1', slots: 2 };
const parse = (list: unknown) => parseLocalModels({ env: {} }, { file: 'local.json', text: JSON.stringify(list) });

describe('parseLocalModels', () => {
  it("takes what a provider's file has, and needs no id", () => {
    const [entry, other] = parse([good, { ...good, name: 'other', modelId: `0x${'ab'.repeat(32)}` }]);
    expect(entry).toMatchObject({ name: 'mine', slots: 2, backend: { kind: 'url', model: 'mine' } });
    expect(entry?.modelId).not.toBe(other?.modelId);
  });

  it.each([
    ['two of one name', [good, good], /listed twice/],
    ['no name', [{ ...good, name: undefined }], /entry 1/],
    ['an unknown field', [{ ...good, slot: 1 }], /entry 1 \(mine\)/],
    ['no list', {}, /must be a list/],
    ['no entry', [7], /entry 1/],
  ])('refuses %s', (_, list, message) => {
    expect(() => parse(list)).toThrow(message);
  });

  it('refuses what is not JSON, and says when a file cannot be read', async () => {
    expect(() => parseLocalModels({ env: {} }, { file: 'l.json', text: '{' })).toThrow(/not JSON/);
    await expect(loadLocalModels({ env: {} }, '/nowhere/local.json')).rejects.toThrow(/cannot be read/);
  });
});
