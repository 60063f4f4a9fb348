import { execFile } from 'node:child_process';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { tinyTalkPath } from '@yellowstone/llama';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeNodeFolder, type NodeFolder } from './local/node-folder.js';
import { bearer } from './local/nodes.js';
import { REPOSITORY } from './local/repository.js';
import { until } from './local/until.js';
import { joinChain } from './testing/join-chain.js';
import { type OperatorNode, startOperatorNode } from './testing/operator-node.js';

// A real node follows its models file: a server of its own that behaves like llama-server, and a real llama.cpp.

const binary = join(REPOSITORY, 'packages/node/src/testing/llama-server.mjs');
const SOON_MS = 20_000;
const idOf = (digit: string): string => `0x${digit.repeat(64)}`;
const stops: (() => Promise<void>)[] = [];
let folder: NodeFolder;
let node: OperatorNode;

beforeAll(async () => {
  const { chain, people, stop } = await joinChain('hot-reload', 1);
  stops.push(stop);
  folder = await makeNodeFolder();
  stops.push(folder.remove);
  node = await startOperatorNode({ chain, account: people[0]!, folder });
  stops.push(async () => void (await node.program.stop()));
}, 120_000);

afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
}, 60_000);

interface Served {
  readonly models: readonly { readonly name: string; readonly backend: string; readonly state: string }[];
  readonly draining: number;
  readonly file: { readonly isCurrent: boolean; readonly problems: readonly string[] };
}

async function served(): Promise<Served> {
  const answer = await fetch(`${node.apiUrl}/provider/models`, { headers: bearer(folder.apiKey) });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Served;
}

/** Puts a new file in the place of the old one, as editors do. */
async function put(list: unknown): Promise<void> {
  const file = join(folder.path, 'models-config.json');
  await writeFile(`${file}.new`, typeof list === 'string' ? list : JSON.stringify(list));
  await rename(`${file}.new`, file);
}

async function untilServed(expected: readonly string[]): Promise<void> {
  const isSo = async (): Promise<boolean> => {
    const { models, draining } = await served();
    return draining === 0 && models.map(({ name, state }) => `${name} ${state}`).join() === expected.join();
  };
  await until(`models ${expected.join()}`, isSo, { timeoutMs: SOON_MS, program: node.program });
}

async function llamaServer(modelId: string, name: string): Promise<object> {
  const modelPath = join(folder.path, `${name}.gguf`);
  await writeFile(modelPath, '{}');
  return { modelId, name, slots: 2, llamaServer: { binary, modelPath, args: ['--ctx-size', '512'] } };
}

/** Process ids of what serves a model file. */
async function processesOf(name: string): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid,args']);
  return stdout.split('\n').filter((line) => line.includes(join(folder.path, `${name}.gguf`)));
}

describe('a node whose models file changes', { timeout: 120_000 }, () => {
  it('starts what is new: a llama-server and a real llama.cpp', async () => {
    const embedded = { modelId: idOf('2'), name: 'tiny', slots: 1, embedded: { modelPath: tinyTalkPath } };
    await put([await llamaServer(idOf('1'), 'large'), embedded]);
    await untilServed(['large up', 'tiny up']);
    expect((await served()).models.map(({ backend }) => backend)).toEqual(['llama-server', 'embedded']);
    expect(await processesOf('large')).not.toEqual([]);
  });

  it('serves on with a wrong file, and says in /readyz and to its operator what is wrong', async () => {
    await put('[{ "name": "half');
    await until('problems', async () => !(await served()).file.isCurrent, { timeoutMs: SOON_MS });
    expect((await served()).file.problems).toEqual(['it is not JSON']);
    const ready = await (await fetch(`${node.apiUrl}/readyz`)).json();
    expect(ready).toMatchObject({ parts: { modelsFile: { isCurrent: false, problems: ['it is not JSON'] } } });
    await untilServed(['large up', 'tiny up']);
  });

  it('reads it on SIGHUP, and stops what is gone', async () => {
    await put([await llamaServer(idOf('3'), 'other')]);
    process.kill(node.program.pid, 'SIGHUP');
    await untilServed(['other up']);
    await until('large is gone', async () => (await processesOf('large')).length === 0, { timeoutMs: SOON_MS });
  });

  it('takes its llama-server with it when it is killed', async () => {
    expect(await processesOf('other')).not.toEqual([]);
    process.kill(node.program.pid, 'SIGKILL');
    await until('other is gone', async () => (await processesOf('other')).length === 0, { timeoutMs: SOON_MS });
  });
});
