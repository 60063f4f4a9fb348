import { describe, expect, it } from 'vitest';
import { loadModelsFile, parseModels } from './models-file.js';

const ID = `0x${'ab'.repeat(32)}`;
const good = { modelId: ID, name: 'tiny', backendUrl: 'http://127.0.0.1:8080/v1/', slots: 2 };
const parse = (list: unknown, env = {}) =>
  parseModels({ env }, { file: '/etc/y/models.json', text: JSON.stringify(list) });

describe('parseModels', () => {
  it('reads a backend by URL with its key and defaults', () => {
    const [entry] = parse([{ ...good, apiKeyEnv: 'BACKEND_KEY' }], { BACKEND_KEY: 'hush' });
    expect(entry).toMatchObject({ modelId: ID, name: 'tiny', slots: 2, queue: 8, maxTokens: 4096 });
    expect(entry?.backend).toMatchObject({ kind: 'url', url: 'http://127.0.0.1:8080/v1', model: 'tiny' });
    expect(JSON.stringify(entry)).not.toContain('hush');
  });

  it('reads an embedded model with its path beside the file', () => {
    const [entry] = parse([{ modelId: ID, name: 'tiny', embedded: { modelPath: 'models/tiny.gguf' }, slots: 1 }]);
    expect(entry?.backend).toEqual({ kind: 'embedded', modelPath: '/etc/y/models/tiny.gguf' });
  });

  it('reads a llama-server with its paths beside the file, and what it may see of the environment', () => {
    const llamaServer = { binary: './bin/llama-server', modelPath: 'models/big.gguf', args: ['--ctx-size', '8192'] };
    const env = { PATH: '/bin', CUDA_VISIBLE_DEVICES: '0', YELLOWSTONE_PRIVATE_KEY: 'hush' };
    const [entry] = parse([{ modelId: ID, name: 'big', llamaServer, slots: 4 }], env);
    expect(entry?.backend).toEqual({
      kind: 'llama-server',
      binary: '/etc/y/bin/llama-server',
      modelPath: '/etc/y/models/big.gguf',
      args: ['--ctx-size', '8192'],
      env: { PATH: '/bin', CUDA_VISIBLE_DEVICES: '0' },
      startTimeoutSeconds: 600,
    });
    const [plain] = parse([{ modelId: ID, name: 'big', llamaServer: { modelPath: 'big.gguf' }, slots: 4 }]);
    expect(plain?.backend).toMatchObject({ binary: 'llama-server', args: [] });
  });

  it.each([['--port', '1'], ['--host=0.0.0.0'], ['-m', 'x.gguf'], ['--api-key', 'x'], ['-v'], ['--log-file', 'x']])(
    'refuses to give a llama-server %s',
    (...args) => {
      const llamaServer = { modelPath: 'big.gguf', args };
      const name = args[0]?.split('=')[0] ?? '';
      expect(() => parse([{ modelId: ID, name: 'big', llamaServer, slots: 4 }])).toThrow(
        `entry 1 (big): llamaServer.args may not have ${name}`,
      );
    },
  );

  it.each([
    [
      'a path that leaves its folder',
      [{ ...good, backendUrl: undefined, embedded: { modelPath: '../../etc/x.gguf' } }],
    ],
    ['a file that is no model', [{ ...good, backendUrl: undefined, embedded: { modelPath: '/etc/passwd' } }]],
    ['two backends', [{ ...good, embedded: { modelPath: 'a.gguf' } }]],
    ['no backend', [{ ...good, backendUrl: undefined }]],
    ['a URL with a password', [{ ...good, backendUrl: 'http://a:b@c/v1' }]],
    ['a bad id', [{ ...good, modelId: '../x' }]],
    ['no slots', [{ ...good, slots: 0 }]],
    ['an unknown field', [{ ...good, slot: 1 }]],
    ['a key that is not set', [{ ...good, apiKeyEnv: 'ABSENT' }]],
  ])('refuses %s and names the entry', (_, list) => {
    expect(() => parse(list)).toThrow(/entry 1 \(tiny\)/);
  });

  it('names all entries that are wrong, and duplicates', () => {
    expect(() => parse([{ ...good, slots: 0 }, good, good, { name: 7 }])).toThrow(/entry 1 .*entry 4.*listed twice/);
  });

  it('takes an empty list, with which an operator begins', () => {
    expect(parse([])).toEqual([]);
  });

  it.each(['{', '{}', '"[]"', 'null'])('refuses the file %s', (text) => {
    expect(() => parseModels({ env: {} }, { file: 'm.json', text })).toThrow(
      expect.objectContaining({ code: 'models_file_invalid' }),
    );
  });
});

describe('loadModelsFile', () => {
  it('says that a file cannot be read', async () => {
    await expect(loadModelsFile({ env: {} }, '/nowhere/models.json')).rejects.toThrow(/cannot be read/);
  });
});
