import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Agent } from 'undici';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../clock.js';
import { readableLog } from '../testing/keys.js';
import type { Driver } from './driver.js';
import { startLlamaServer } from './llama-server.js';
import { environmentOf } from './llama-server-rules.js';
import type { LlamaServerEntry } from './model-entry.js';

// Against a small program that behaves like llama-server, as a real child process.
const binary = fileURLToPath(new URL('../testing/llama-server.mjs', import.meta.url));
const env = { ...environmentOf(process.env) };

let folder: string;
let dispatcher: Agent;
let driver: Driver | undefined;
let logged: () => string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yellowstone-llama-'));
  dispatcher = new Agent();
});
afterEach(async () => {
  await driver?.stop();
  driver = undefined;
  await dispatcher.destroy();
  await rm(folder, { recursive: true, force: true });
});

async function start(behaviour: object, change: Partial<LlamaServerEntry> = {}): Promise<Driver> {
  const modelPath = join(folder, 'model.gguf');
  await writeFile(modelPath, JSON.stringify(behaviour));
  const { log, text } = readableLog();
  logged = text;
  const randomKey = () => 'HUSH-KEY';
  const entry = { kind: 'llama-server', binary, modelPath, args: [], env, startTimeoutSeconds: 20, ...change } as const;
  driver = await startLlamaServer(
    { log, clock: systemClock, dispatcher, randomKey },
    { model: { name: 'llama', slots: 3 }, entry },
  );
  return driver;
}

const serving = (): Promise<string> =>
  vi.waitFor(() => driver?.url() ?? expect.fail('it does not serve'), { timeout: 10_000, interval: 20 });

async function ask(content: string, isKnown = true): Promise<Response> {
  const url = await serving();
  const body = JSON.stringify({ messages: [{ role: 'user', content }] });
  const headers = isKnown ? { ...driver?.headers() } : {};
  return fetch(`${url}/chat/completions`, { method: 'POST', headers, body });
}
const pidIn = (text: string): number => Number(/"pid":(\d+)[^\n]*llama-server serves/.exec(text)?.[1]);

/** True while a process of the group is there. */
function isThere(group: number): boolean {
  try {
    return process.kill(-group, 0);
  } catch {
    return false;
  }
}

describe('a llama-server of the node', () => {
  it('loads in the background, then answers whoever has its key', async () => {
    await start({ loadMs: 300 });
    expect(driver?.url()).toBeUndefined();
    expect(await serving()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1$/);
    expect(await (await ask('hello')).json()).toMatchObject({ choices: [{ message: { content: 'I am a llama.' } }] });
    expect((await ask('hello', false)).status).toBe(401);
    expect(driver?.probeUrl()).toBe((await serving()).replace('/v1', '/health'));
  });

  it('is given model, slots and a port of its own, and the arguments of the operator after them', async () => {
    await start({}, { args: ['--ctx-size', '4096'] });
    const port = new URL(await serving()).port;
    const modelPath = join(folder, 'model.gguf');
    expect(logged()).toContain(
      `--model ${modelPath} --alias llama --parallel 3 --host 127.0.0.1 --port ${port} --ctx-size 4096`,
    );
  });

  it('sees nothing of our environment but what it needs', async () => {
    const secretive = { ...process.env, YELLOWSTONE_PRIVATE_KEY: 'x', BACKEND_KEY: 'x', CUDA_VISIBLE_DEVICES: '0' };
    await start({}, { env: environmentOf(secretive) });
    await serving();
    const names = /environment ([^"]*)"/.exec(logged())?.[1] ?? '';
    expect(names).toContain('CUDA_VISIBLE_DEVICES');
    expect(names).not.toMatch(/BACKEND_KEY|YELLOWSTONE/);
  });

  it('says in the debug log how it starts, and nothing once it could quote prompts', async () => {
    await start({ chatters: 5_000 });
    expect((await ask('HUSH-PROMPT')).status).toBe(200);
    await driver?.stop();
    expect(logged()).toContain('server is listening');
    expect(logged()).toContain('llama-server stopped');
    expect(logged()).not.toMatch(/HUSH/);
  });

  it('is started again after it died, on another port', async () => {
    await start({ diesOn: 'poison' });
    const first = await serving();
    await expect(ask('poison')).rejects.toThrow('fetch failed');
    await vi.waitFor(() => expect(driver?.url()).toBeUndefined(), { interval: 10 });
    await vi.waitFor(() => expect(driver?.url()).toBeDefined(), { timeout: 10_000, interval: 20 });
    expect(await serving()).not.toBe(first);
    expect((await ask('hello')).status).toBe(200);
    expect(logged()).toContain('llama-server died');
    expect(logged()).not.toContain('poison');
  });

  it('is tried again later when it does not start, and its last words are told', async () => {
    await start({ failsToLoad: 'out of memory' });
    await vi.waitFor(() => expect(logged()).toContain('backend is started again later'), { timeout: 10_000 });
    expect(logged()).toMatch(/it ended with 1\. It last said: .*out of memory/);
    await writeFile(join(folder, 'model.gguf'), '{}');
    await serving();
  });

  it('is given up when it does not load in time', async () => {
    await start({ loadMs: 60_000 }, { startTimeoutSeconds: 1 });
    await vi.waitFor(() => expect(logged()).toContain('it did not serve within 1 s'), { timeout: 10_000 });
  });

  it('ends with the driver, also while it loads', async () => {
    await start({ loadMs: 60_000 });
    await vi.waitFor(() => expect(logged()).toContain('main: arguments'), { timeout: 10_000 });
    await driver?.stop();
    await start({});
    await serving();
    const group = pidIn(logged());
    expect(isThere(group)).toBe(true);
    await driver?.stop();
    expect(driver?.url()).toBeUndefined();
    await vi.waitFor(() => expect(isThere(group)).toBe(false), { timeout: 10_000, interval: 20 });
  });

  it('is told apart from a mistake: a missing program, a missing model', async () => {
    await expect(start({}, { binary: join(folder, 'nothing') })).rejects.toMatchObject({
      code: 'llama_server_missing',
    });
    await expect(start({}, { binary: 'no-such-llama-server' })).rejects.toMatchObject({ code: 'llama_server_missing' });
    await expect(start({}, { modelPath: join(folder, 'none.gguf') })).rejects.toMatchObject({
      code: 'model_file_missing',
    });
  });

  it('is found by its name in PATH', async () => {
    const { PATH = '' } = process.env;
    await start({}, { binary: 'llama-server.mjs', env: { ...env, PATH: `${join(binary, '..')}:${PATH}` } });
    await serving();
  });
});

describe('startGuarded', () => {
  let parent: ChildProcess | undefined;
  afterEach(() => void parent?.kill('SIGKILL'));

  it('ends a program that does not listen when our own process is killed', async () => {
    await writeFile(join(folder, 'model.gguf'), '{"ignoresSigterm":true}');
    // A process of its own that starts one and is killed: what a node does when it gets kill -9.
    const script = join(folder, 'parent.mts');
    const guard = fileURLToPath(new URL('./guarded-process.ts', import.meta.url));
    const args = ['--model', join(folder, 'model.gguf'), '--port', '0', '--host', '127.0.0.1'];
    const program = JSON.stringify({ path: binary, args, env });
    await writeFile(
      script,
      `import { startGuarded } from ${JSON.stringify(guard)};
       const { pid, stdout } = startGuarded(${program}, { graceSeconds: 1 });
       stdout.once('data', () => console.log(pid));`,
    );
    parent = spawn(process.execPath, ['--import', 'tsx', script], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(parent.stdout as NonNullable<typeof parent.stdout>, 'data')) as [Buffer];
    const group = Number(line.toString());
    expect(isThere(group)).toBe(true);
    parent.kill('SIGKILL');
    await vi.waitFor(() => expect(isThere(group)).toBe(false), { timeout: 10_000, interval: 50 });
  });
});
