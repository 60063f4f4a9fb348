import type { Bid } from '@yellowstone/client';
import { MOR } from '@yellowstone/protocol';
import type { Listening } from '@yellowstone/service';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createProviderNode } from '../provider/create-provider-node.js';
import { type FakeBackend, startFakeBackend } from '../testing/fake-backend.js';
import { createFakeChain, type FakeChain } from '../testing/fake-chain.js';
import { type CliRun, runInWorld } from '../testing/fake-world.js';
import type { HeldChain } from '../testing/held-chain.js';
import { addressOf, providerWallet, quietLog, userWallet } from '../testing/keys.js';
import { rememberedKeys } from '../testing/node-key-store.js';
import { rememberedAnswers } from '../testing/served-answers.js';
import { rememberedIds } from '../testing/used-request-ids.js';

const held = vi.hoisted(() => ({}) as HeldChain);
vi.mock('@yellowstone/client', async (original) => ({
  ...(await original<object>()),
  ...(await import('../testing/held-chain.js')).clientOf(held),
}));

const env = {
  YELLOWSTONE_RPC_URL: 'http://127.0.0.1:1',
  YELLOWSTONE_DIAMOND: `0x${'11'.repeat(20)}`,
  YELLOWSTONE_PRIVATE_KEY: userWallet.privateKey,
  YELLOWSTONE_ALLOW_PRIVATE_ENDPOINTS: 'true',
};
const user = addressOf(userWallet);
const provider = addressOf(providerWallet);

let chain: FakeChain;
let bid: Bid;
let backend: FakeBackend;
let node: Listening;

beforeEach(async () => {
  chain = createFakeChain();
  Object.assign(held, { chain, reads: {}, open: 0 });
  chain.give(user, 10n * MOR);
  backend = await startFakeBackend();
  bid = chain.addBid({ wallet: providerWallet, endpoint: 'not.yet:1', name: 'tiny', priceMor: 10n ** 14n });
  const model = { kind: 'url', url: backend.url, model: 'tiny', apiKey: undefined } as const;
  const models = [{ modelId: bid.modelId, name: 'tiny', backend: model, slots: 1, queue: 1, maxTokens: 64 }];
  const deps = {
    chain: chain.as(providerWallet),
    usedRequestIds: rememberedIds(),
    nodeKeyStore: rememberedKeys(),
    served: rememberedAnswers(),
    log: quietLog,
  };
  node = await createProviderNode(deps, { models, port: 0, graceMs: 300 });
  chain.changeBid(bid.bidId, { endpoint: new URL(node.url).host });
});
afterEach(async () => {
  await node.stop();
  await backend.stop();
});

async function run(args: readonly string[], more: Record<string, string> = {}): Promise<CliRun> {
  const done = await runInWorld(['--json', 'sessions', ...args], { env: { ...env, ...more } });
  expect(held.open).toBe(0);
  return done;
}
const errorOf = ({ code, stdout, stderr }: CliRun): unknown => {
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  return (JSON.parse(stderr.trim().split('\n').at(-1) ?? '') as { error: unknown }).error;
};
const open = ['open', '--model', 'tiny', '--duration', '10m'];

describe('sessions open', () => {
  it('stakes what is missing within --max-stake, and tells the session', async () => {
    const { code, stdout, stderr } = await runInWorld(['sessions', ...open, '--max-stake', '1'], { env });
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const [session] = chain.sessions();
    expect(session).toMatchObject({ user, provider, bidId: bid.bidId, payment: 'pool', isClosed: false });
    expect(session!.endsAt - session!.openedAt).toBe(600n);
    expect(chain.sent).toEqual(['approveMor', 'openSession']);
    expect(chain.stakeOf(user)).toBe((6n * MOR) / 10n);

    expect(stdout).toContain(session!.sessionId);
    expect(stdout).toMatch(/^model +tiny$/m);
    expect(stdout).toContain(`${provider} at ${new URL(node.url).host}`);
    expect(stdout).toMatch(/^price +0\.0001 MOR per second, 0\.36 MOR per hour$/m);
    expect(stdout).toMatch(/^cost +0\.06 MOR at most, paid by the pool$/m);
    expect(stdout).toMatch(/^ends +in 10 min \(.*Z\)$/m);
    expect(stderr).toMatch(new RegExp(`^asking ${new URL(node.url).host} for its approval$`, 'm'));
    expect(stderr).toMatch(/^opening the session …\nwaiting for transaction 0x\w{64} …$/m);
  });

  it('pays directly within --max-pay, for one bid', async () => {
    const done = await run(['open', '--bid', bid.bidId, '--duration', '10m', '--direct', '--max-pay', '0.06']);
    expect(done.code).toBe(0);
    const [session] = chain.sessions();
    expect(JSON.parse(done.stdout)).toEqual({
      sessionId: session!.sessionId,
      model: 'tiny',
      modelId: bid.modelId,
      bidId: bid.bidId,
      provider,
      endpoint: new URL(node.url).host,
      payment: 'direct',
      pricePerSecondMor: '100000000000000',
      costMor: '60000000000000000',
      openedAt: Number(session!.openedAt),
      endsAt: Number(session!.endsAt),
    });
    expect(chain.balanceOf(user)).toBe(10n * MOR - (6n * MOR) / 100n);
    expect(chain.stakeOf(user)).toBe(0n);
  });

  it.each([
    ['stake', [], 'stake_not_allowed', { neededStakeMor: '0.6', limitStakeMor: '0' }, '--max-stake 0.6'],
    [
      'stake that is set too low',
      ['--max-stake', '0.59'],
      'stake_not_allowed',
      { neededStakeMor: '0.6', limitStakeMor: '0.59' },
      '--max-stake 0.6',
    ],
    [
      'payment',
      ['--direct', '--max-pay', '0.05'],
      'pay_not_allowed',
      { costInMor: '0.06', limitInMor: '0.05' },
      '--max-pay 0.06',
    ],
  ])('needs leave for %s and says which flag gives it', async (_, flags: readonly string[], code, details, flag) => {
    const error = errorOf(await run([...open, ...flags]));
    expect(error).toMatchObject({ code, details, hint: expect.stringContaining(flag) as string });
    expect([chain.sessions(), chain.stakeOf(user), chain.balanceOf(user)]).toEqual([[], 0n, 10n * MOR]);
    expect(chain.sent).not.toContain('openSession');
  });

  it('takes its limits from the settings', async () => {
    const stake = { YELLOWSTONE_MAX_STAKE_MOR: '1' };
    const tooDear = await run(open, { ...stake, YELLOWSTONE_MAX_PRICE_PER_SECOND_MOR: '0.00009' });
    expect(errorOf(tooDear)).toMatchObject({ code: 'model_unavailable' });
    const there = await run(open, { ...stake, YELLOWSTONE_MAX_PRICE_PER_SECOND_MOR: '0.0001' });
    expect(there.code).toBe(0);
    expect(chain.sessions()).toHaveLength(1);
  });

  it('asks no provider on a private address unless that is allowed', async () => {
    const refused = await run([...open, '--max-stake', '1'], { YELLOWSTONE_ALLOW_PRIVATE_ENDPOINTS: 'false' });
    expect(errorOf(refused)).toMatchObject({ code: 'model_unavailable' });
    expect(chain.sent).toEqual([]);
  });

  it('fails when the provider is not there, and stakes nothing', async () => {
    await node.stop();
    expect(errorOf(await run([...open, '--max-stake', '1']))).toMatchObject({ code: 'provider_unreachable' });
    expect([chain.sessions(), chain.stakeOf(user)]).toEqual([[], 0n]);
  });
});

describe('sessions close', () => {
  it('carries the receipt of the provider and the verdict', async () => {
    const { sessionId } = chain.addSession(chainBid(), user);
    const { code, stdout, stderr } = await runInWorld(['sessions', 'close', sessionId, '--pass'], { env });
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(chain.sessions()).toMatchObject([{ sessionId, isClosed: true, verdict: 'pass' }]);
    expect(chain.receipts).toMatchObject([{ sessionId }]);
    expect(stderr).toMatch(/^asking 127\.0\.0\.1:\d+ for its receipt$/m);
    expect(stdout).toMatch(new RegExp(`^closed +${sessionId}$`, 'm'));
    expect(stdout).toMatch(/^used +0 s$/m);
    expect(stdout).toMatch(/^returned +0\.06 MOR to the allowance of its day$/m);
    expect(stdout).toMatch(/^tokens +0 in, 0 out$/m);
    expect(stdout).not.toContain('to the pool');
  });

  it('asks a provider that failed for no receipt', async () => {
    const { sessionId } = chain.addSession(chainBid(), user);
    const done = await run(['close', sessionId, '--fail']);
    expect(done.stderr).not.toContain('receipt');
    expect(JSON.parse(done.stdout)).toEqual({
      sessionId,
      verdict: 'fail',
      usedSeconds: 0,
      creditedMor: '0',
      returnedMor: '60000000000000000',
      backToPoolMor: '0',
      inputTokens: '0',
      outputTokens: '0',
    });
    expect(chain.receipts).toEqual([]);
    expect(chain.sessions()).toMatchObject([{ verdict: 'fail', isClosed: true }]);
  });

  it('closes without a receipt when the provider is gone; the rest of a direct payment goes to the wallet', async () => {
    const { sessionId } = chain.addSession(chainBid(), user);
    chain.changeSession(sessionId, { payment: 'direct' });
    await node.stop();
    const { code, stdout } = await runInWorld(['sessions', 'close', sessionId], { env });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^returned +0\.06 MOR to your wallet$/m);
    expect([chain.receipts, chain.sessions()]).toMatchObject([[], [{ isClosed: true, verdict: 'none' }]]);
  });

  it('tells what goes back to the pool', async () => {
    const { sessionId } = chain.addSession(chainBid(), user);
    const { writes } = chain.as(userWallet);
    const close = writes.closeSession;
    vi.spyOn(writes, 'closeSession').mockImplementation(async (closing) => {
      const sent = await close(closing);
      return { ...sent, wait: async () => ({ ...(await sent.wait()), backToPoolMor: MOR, usedSeconds: 61n }) };
    });
    const { stdout } = await runInWorld(['sessions', 'close', sessionId, '--fail'], { env });
    expect(stdout).toMatch(/^to the pool +1 MOR$/m);
    expect(stdout).toMatch(/^used +1 min 1 s$/m);
  });

  it('sends nothing for a session that is unknown, closed or without its bid', async () => {
    const unknown = `0x${'77'.repeat(32)}`;
    expect(errorOf(await run(['close', unknown]))).toMatchObject({ code: 'session_not_found' });
    const { sessionId } = chain.addSession(chainBid(), user);
    held.reads = { bid: async () => undefined };
    expect(errorOf(await run(['close', sessionId]))).toMatchObject({ code: 'bid_not_found' });
    chain.changeSession(sessionId, { isClosed: true });
    expect(errorOf(await run(['close', sessionId]))).toMatchObject({ code: 'session_closed' });
    expect(chain.sent).toEqual([]);
  });
});

/** The bid with the endpoint of the running node. */
const chainBid = (): Bid => ({ ...bid, endpoint: new URL(node.url).host });
