import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tinyTalkPath } from '@yellowstone/llama';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Called, callYellowstone, NODE_PROGRAM } from './local/command-line.js';
import { freePort } from './local/free-port.js';
import { type FundedChain, startFundedChain } from './local/funded-chain.js';
import { startProgram } from './local/process.js';
import { readReady, START_MS } from './local/ready.js';
import { answers } from './local/until.js';

const MODEL = 'tiny-talk';
const PASSWORD = 'correct horse battery';
const TWO_DAYS = 2 * 86_400;
const STEP_MS = 120_000;

const stops: (() => Promise<void>)[] = [];
let funded: FundedChain;
let folder: string;
let passwordFile: string;
let port: number;

interface Node {
  readonly envFile: string;
  readonly apiKey: string;
  readonly account: string;
}
let provider: Node;
let consumer: Node;
let consumerUrl: string;

beforeAll(async () => {
  // A chain of its own: days pass on it, and no model but its own may be listed.
  funded = await startFundedChain({ days: 3 });
  stops.push(funded.stop);
  folder = await mkdtemp(join(tmpdir(), 'yellowstone-cli-'));
  stops.push(() => rm(folder, { recursive: true, force: true }));
  passwordFile = join(folder, 'password');
  await writeFile(passwordFile, `${PASSWORD}\n`, { mode: 0o600 });
  port = await freePort();
}, 180_000);

afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
}, 60_000);

/** The result of a call that must succeed; stderr is lines of JSON too. */
function resultOf({ code, stdout, stderr }: Called): Record<string, unknown> {
  expect(code, stderr).toBe(0);
  const progress = stderr.split('\n').filter((line) => line !== '');
  for (const line of progress) expect(() => JSON.parse(line) as unknown, line).not.toThrow();
  expect(stdout.trimEnd()).not.toContain('\n');
  return JSON.parse(stdout) as Record<string, unknown>;
}

const ask = async (node: Node, ...args: string[]): Promise<Record<string, unknown>> =>
  resultOf(await callYellowstone(['--json', ...args], node));

async function initNode(role: 'provider' | 'consumer', person: number, more: readonly string[] = []): Promise<Node> {
  const { chain, people } = funded;
  const place = ['--folder', join(folder, role), '--rpc-url', chain.rpcUrl, '--diamond', chain.diamond];
  const key = ['--import-key', '--password-file', passwordFile];
  const args = ['--json', 'init', '--role', role, ...place, ...key, ...more];
  const privateKey = people[person]?.privateKey ?? '';
  const called = await callYellowstone(args, { stdin: privateKey });
  const { envFile, apiKey, address } = resultOf(called) as Record<string, string>;
  expect(called.stdout + called.stderr).not.toContain(privateKey.slice(2));
  return { envFile: envFile ?? '', apiKey: apiKey ?? '', account: address ?? '' };
}

describe('the command line, from nothing to the claim', { timeout: STEP_MS }, () => {
  it('init writes private files without a key in clear', async () => {
    provider = await initNode('provider', 0);
    consumer = await initNode('consumer', 1, ['--max-stake', '19000', '--allow-private-endpoints']);
    for (const { envFile, account, apiKey } of [provider, consumer]) {
      expect((await stat(envFile)).mode & 0o777).toBe(0o600);
      const text = await readFile(envFile, 'utf8');
      expect(text).not.toContain(apiKey);
      expect(text).toContain('keystore.json');
      expect(funded.people.map(({ address }) => address)).toContain(account);
    }
    const again = await callYellowstone(['--json', 'init', '--role', 'consumer', '--folder', join(folder, 'consumer')]);
    expect(again.code).toBe(1);
    expect(again.stderr).toContain('file_exists');
  });

  it('provider offer puts it on chain, once', async () => {
    const wanted = [
      '--endpoint',
      `127.0.0.1:${port}`,
      '--model',
      MODEL,
      '--price-per-second',
      '0.00001',
      '--stake',
      '10',
    ];
    const { modelId, done } = await ask(provider, 'provider', 'offer', ...wanted);
    expect(done).toEqual(['mor_approved', 'provider_registered', 'model_registered', 'bid_posted']);
    expect((await ask(provider, 'provider', 'offer', ...wanted))['done']).toEqual([]);

    const model = { modelId, name: MODEL, slots: 2, embedded: { modelPath: tinyTalkPath } };
    await writeFile(join(folder, 'provider', 'models-config.json'), JSON.stringify([model]));
    const program = startProgram({
      name: 'provider',
      args: [NODE_PROGRAM, '--env-file', provider.envFile, 'provider', 'up'],
      env: { YELLOWSTONE_PROVIDER_PORT: String(port), YELLOWSTONE_PROVIDER_API_PORT: '0' },
    });
    stops.push(program.stop);
    await program.says(readReady, START_MS);
  });

  it('models and bids need no key', async () => {
    const { chain } = funded;
    const env = { YELLOWSTONE_RPC_URL: chain.rpcUrl, YELLOWSTONE_DIAMOND: chain.diamond };
    const { models } = resultOf(await callYellowstone(['--json', 'models', '--env-file', '/dev/null'], { env }));
    expect(models).toMatchObject([{ name: MODEL, bids: 1, lowestPricePerSecondMor: '10000000000000' }]);
    const { bids } = resultOf(
      await callYellowstone(['--json', 'bids', '--model', MODEL, '--env-file', '/dev/null'], { env }),
    );
    expect(bids).toMatchObject([{ provider: provider.account, isOwn: false, pricePerHourMor: '36000000000000000' }]);
    expect((await ask(provider, 'bids', '--model', MODEL))['bids']).toMatchObject([{ isOwn: true }]);

    const table = await callYellowstone(['bids', '--model', MODEL, '--env-file', '/dev/null'], { env });
    expect(table.stdout).toMatch(/^MOR per second +MOR per hour +per 1M tokens +provider .*\n +0.00001 +0.036 +- +0x/);
  });

  it('quote says what sessions open does', async () => {
    const terms = ['--model', MODEL, '--duration', '10m'];
    const quote = await ask(consumer, 'quote', ...terms);
    expect(quote).toMatchObject({ costMor: '6000000000000000', durationSeconds: 600, isWalletEnough: true });

    const refused = await callYellowstone(['--json', 'sessions', 'open', ...terms, '--max-stake', '1'], consumer);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('stake_not_allowed');

    const session = await ask(consumer, 'sessions', 'open', ...terms);
    expect(session).toMatchObject({ model: MODEL, provider: provider.account, costMor: '6000000000000000' });
    const { sessions } = await ask(consumer, 'sessions');
    expect(sessions).toMatchObject([{ sessionId: session['sessionId'], state: 'open', model: MODEL }]);
    expect(await ask(consumer, 'money')).toMatchObject({ stakes: { session: { usedMor: '6000000000000000' } } });
  });

  it('sessions close gives the unused part back, once', async () => {
    const { sessions } = (await ask(consumer, 'sessions')) as { sessions: { sessionId: string }[] };
    const id = sessions[0]?.sessionId ?? '';
    const settled = await ask(consumer, 'sessions', 'close', id, '--pass');
    expect(settled).toMatchObject({ sessionId: id, verdict: 'pass' });
    const credited = BigInt(String(settled['creditedMor']));
    expect(credited + BigInt(String(settled['returnedMor']))).toBe(6_000_000_000_000_000n);
    const again = await callYellowstone(['--json', 'sessions', 'close', id], consumer);
    expect(again.code).toBe(1);
    expect(again.stderr).toContain('session_closed');
  });

  it('money stakes, unstakes and withdraws', async () => {
    expect(await ask(consumer, 'money', 'stake', '2.5', '--purpose', 'access')).toMatchObject({
      activeMor: '2500000000000000000',
    });
    const unstaked = await ask(consumer, 'money', 'unstake', 'all', '--purpose', 'access');
    expect(unstaked).toMatchObject({ unstakedMor: '2500000000000000000', activeMor: '0' });
    const { withdrawnMor, nextAt } = await ask(consumer, 'money', 'withdraw');
    expect({ withdrawnMor, nextAt }).toEqual({ withdrawnMor: '0', nextAt: unstaked['withdrawableAt'] });
    const human = await callYellowstone(['money'], consumer);
    expect(human.stdout).toMatch(/unstaking +2\.5 MOR, leaves in .* \(20\d\d-\d\d-\d\dT00:00:00Z\)/);
  });

  it('claim pays the provider when its credits have vested', async () => {
    const { credits } = (await ask(provider, 'money')) as { credits: { unvestedMor: string } };
    expect(await ask(provider, 'claim')).toMatchObject({ paidMor: '0', unvestedMor: credits.unvestedMor });
    await funded.chain.advance(TWO_DAYS);
    expect(await ask(provider, 'claim')).toMatchObject({ paidMor: credits.unvestedMor, leftMor: '0' });
    expect(await ask(consumer, 'money', 'withdraw')).toMatchObject({ withdrawnMor: '2500000000000000000' });
  });

  it('chat speaks through a consumer node, with the key that init told', async () => {
    const consumerPort = await freePort();
    const program = startProgram({
      name: 'consumer',
      args: [NODE_PROGRAM, '--env-file', consumer.envFile, 'consumer', 'up'],
      env: { YELLOWSTONE_CONSUMER_PORT: String(consumerPort), YELLOWSTONE_MAX_PRICE_PER_SECOND_MOR: '0.001' },
    });
    stops.push(program.stop);
    const url = `http://127.0.0.1:${consumerPort}`;
    consumerUrl = url;
    await program.says(readReady, START_MS);

    const talk = ['chat', '--url', url, 'What is a bid?'];
    const human = await callYellowstone(talk, { env: { YELLOWSTONE_API_KEY: consumer.apiKey } });
    expect(human).toMatchObject({ code: 0, stdout: expect.stringMatching(/price/) as string });
    const refused = await callYellowstone(['--json', ...talk]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('api_key_missing');
  });

  it('keys are made by the node while it runs', async () => {
    const inUse = await callYellowstone(['--json', 'keys', 'list'], consumer);
    expect(inUse.code).toBe(1);
    expect(inUse.stderr).toMatch(/database_in_use.*--url http/);
    const env = { YELLOWSTONE_API_KEY: consumer.apiKey };
    const made = resultOf(await callYellowstone(['--json', 'keys', 'create', 'phone', '--url', consumerUrl], { env }));
    const headers = { authorization: `Bearer ${String(made['token'])}` };
    expect(await answers(`${consumerUrl}/v1/models`, headers)).toBe(true);
    const revoke = ['--json', 'keys', 'revoke', String(made['id']), '--url', consumerUrl];
    resultOf(await callYellowstone(revoke, { env }));
    expect(await answers(`${consumerUrl}/v1/models`, headers)).toBe(false);
  });

  it('stops with 130 at Ctrl-C', async () => {
    const silent = createServer(() => undefined);
    const silentPort = await freePort();
    silent.listen(silentPort, '127.0.0.1');
    const env = { YELLOWSTONE_RPC_URL: `http://127.0.0.1:${silentPort}`, YELLOWSTONE_DIAMOND: funded.chain.diamond };
    const called = await callYellowstone(['models'], { env, interruptAt: 'connecting' });
    silent.closeAllConnections();
    silent.close();
    expect(called).toMatchObject({ code: 130, stdout: '' });
  });
});
