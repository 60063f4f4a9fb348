import type { Bid } from '@yellowstone/client';
import { MOR, parseAddress } from '@yellowstone/protocol';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createFakeChain, type FakeChain } from '../testing/fake-chain.js';
import { runInWorld } from '../testing/fake-world.js';
import type { HeldChain } from '../testing/held-chain.js';
import { addressOf, otherProviderWallet, providerWallet, strangerWallet, userWallet } from '../testing/keys.js';

const held = vi.hoisted(() => ({}) as HeldChain);
vi.mock('@yellowstone/client', async (original) => ({
  ...(await original<object>()),
  ...(await import('../testing/held-chain.js')).clientOf(held),
}));

const PLACE = { YELLOWSTONE_RPC_URL: 'http://127.0.0.1:1', YELLOWSTONE_DIAMOND: `0x${'11'.repeat(20)}` };
const user = addressOf(userWallet);
const provider = addressOf(providerWallet);
const hands = { ...PLACE, YELLOWSTONE_PRIVATE_KEY: userWallet.privateKey };

let chain: FakeChain;
let bid: Bid;
beforeEach(() => {
  chain = createFakeChain();
  bid = chain.addBid({ wallet: providerWallet, endpoint: 'a.example:3333', name: 'tiny', priceMor: 10n ** 14n });
  Object.assign(held, { chain, reads: {}, open: 0 });
});

/** Runs a command for people; it must end well and let go of the chain. */
async function told(args: readonly string[], env: Record<string, string> = PLACE): Promise<string> {
  const { code, stdout, stderr } = await runInWorld(args, { env });
  expect({ code, stderr, open: held.open }).toEqual({ code: 0, stderr: expect.any(String) as string, open: 0 });
  return stdout;
}
/** The same for programs: one line of JSON. */
async function answered(args: readonly string[], env: Record<string, string> = PLACE): Promise<unknown> {
  const stdout = await told(['--json', ...args], env);
  expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  return JSON.parse(stdout);
}
/** A command that must fail with 1, without a result, and let go of the chain. */
async function failed(args: readonly string[], env: Record<string, string> = PLACE): Promise<unknown> {
  const { code, stdout, stderr } = await runInWorld(['--json', ...args], { env });
  expect({ code, stdout, open: held.open }).toEqual({ code: 1, stdout: '', open: 0 });
  return (JSON.parse(stderr.trim().split('\n').at(-1) ?? '') as { error: unknown }).error;
}

describe('models', () => {
  it('are listed with the range of their prices', async () => {
    chain.addBid({ wallet: otherProviderWallet, endpoint: 'b.example:1', name: 'tiny', priceMor: 2n * 10n ** 14n });
    const idle = chain.addBid({ wallet: providerWallet, endpoint: 'a.example:3333', name: 'a-idle' });
    chain.changeBid(idle.bidId, { isActive: false });
    const [head, first, second] = (await told(['models'])).split('\n');
    expect(head).toMatch(/^model +MOR per hour +bids +tags +model id/);
    expect(first).toMatch(/^tiny +0\.36 to 0\.72 +2 +0x/);
    expect(second).toMatch(/^a-idle +no bids +0 +0x/);
    expect(await answered(['models'])).toMatchObject({
      models: [
        {
          name: 'tiny',
          modelId: bid.modelId,
          bids: 2,
          lowestPricePerSecondMor: '100000000000000',
          highestPricePerHourMor: '720000000000000000',
        },
        { name: 'a-idle', bids: 0, lowestPricePerSecondMor: null, highestPricePerHourMor: null },
      ],
    });
  });

  it('are said to be none in an empty market', async () => {
    held.chain = createFakeChain();
    expect(await told(['models'])).toBe('The market has no models.\n');
    expect(await answered(['models'])).toEqual({ models: [] });
  });
});

describe('bids', () => {
  it('are listed, the cheapest first, with the own ones marked', async () => {
    const cheap = chain.addBid({ wallet: otherProviderWallet, endpoint: 'b.example:1', name: 'tiny', priceMor: 7n });
    const lines = (await told(['bids', '--model', 'tiny', '--account', provider])).split('\n');
    expect(lines[1]).toMatch(new RegExp(`b\\.example:1 .*${cheap.bidId}`));
    expect(lines[1]).not.toContain('(you)');
    expect(lines[2]).toMatch(new RegExp(`0\\.0001 +0\\.36 .*\\(you\\) +a\\.example:3333 .*${bid.bidId}`));
    expect(await answered(['bids', '--model', bid.modelId])).toMatchObject({
      model: 'tiny',
      modelId: bid.modelId,
      bids: [{ bidId: cheap.bidId }, { bidId: bid.bidId, provider }],
    });
  });

  it('of a model that nobody knows are a failure', async () => {
    expect(await failed(['bids', '--model', 'huge'])).toMatchObject({ code: 'model_not_found' });
  });
});

describe('quote', () => {
  it('says what a session needs of stake, and that the wallet is too low', async () => {
    const text = await told(['quote', '--model', 'tiny', '--duration', '10m', '--account', user]);
    expect(text).toMatch(/^model +tiny$/m);
    expect(text).toMatch(/^duration +10 min$/m);
    expect(text).toMatch(/^cost +0\.06 MOR, paid by the pool$/m);
    expect(text).toMatch(/^missing stake +0\.6 MOR; it stays yours$/m);
    expect(text).toMatch(/^wallet +0 MOR, which is not enough$/m);
    expect(chain.sent).toEqual([]);
  });

  it('of a session paid directly needs no stake', async () => {
    chain.give(user, MOR);
    const args = ['quote', '--bid', bid.bidId, '--duration', '10m', '--direct'];
    const text = await told(args, hands);
    expect(text).toMatch(/^cost +0\.06 MOR, paid from the wallet$/m);
    expect(text).toMatch(/^wallet +1 MOR$/m);
    expect(text).not.toContain('stake');
    expect(await answered(args, hands)).toMatchObject({
      model: 'tiny',
      bidId: bid.bidId,
      user,
      payment: 'direct',
      durationSeconds: 600,
      costMor: '60000000000000000',
      missingStakeMor: '0',
      isWalletEnough: true,
    });
  });

  it('needs an account and a bid', async () => {
    expect(await failed(['quote', '--model', 'tiny'])).toMatchObject({ code: 'account_unknown' });
    const nowhere = `0x${'77'.repeat(32)}`;
    expect(await failed(['quote', '--bid', nowhere], hands)).toMatchObject({ code: 'bid_not_found' });
    chain.changeBid(bid.bidId, { isActive: false });
    expect(await failed(['quote', '--bid', bid.bidId], hands)).toMatchObject({ code: 'bid_not_active' });
  });
});

describe('sessions', () => {
  it('are said to be none', async () => {
    expect(await told(['sessions'], hands)).toBe(`${user} has no sessions.\n`);
  });

  it('are listed with their state, the latest first', async () => {
    const now = BigInt(Math.floor(Date.now() / 1_000));
    const [closed, ended, open] = [bid, bid, bid].map((one) => chain.addSession(one, user));
    chain.changeSession(closed!.sessionId, { isClosed: true, usedSeconds: 60n, verdict: 'pass', payment: 'direct' });
    chain.changeSession(ended!.sessionId, { endsAt: now - 10n });
    const lines = (await told(['sessions', '--account', user])).trimEnd().split('\n');
    expect(lines[1]).toMatch(new RegExp(`^open +tiny .* 0\\.36 +pool .*in .* - +${open!.sessionId}`));
    expect(lines[2]).toMatch(/^ended +tiny .* ago \(/);
    expect(lines[3]).toMatch(new RegExp(`^closed +tiny .* wallet .* pass +${closed!.sessionId}`));
    expect(await answered(['sessions', '--account', user])).toMatchObject({
      account: user,
      total: 3,
      sessions: [
        { sessionId: open!.sessionId, state: 'open', model: 'tiny', provider, pricePerSecondMor: '100000000000000' },
        { sessionId: ended!.sessionId, state: 'ended', payment: 'pool' },
        { sessionId: closed!.sessionId, state: 'closed', payment: 'direct', verdict: 'pass', usedSeconds: 60 },
      ],
    });
  });

  it('are the latest ones within a limit, which is told', async () => {
    const sessions = [bid, bid, bid].map((one) => chain.addSession(one, user));
    expect(await told(['sessions', '--limit', '2'], hands)).toMatch(/^2 of 3; --limit shows more\.$/m);
    const { sessions: listed } = (await answered(['sessions', '--limit', '2'], hands)) as {
      sessions: { sessionId: string }[];
    };
    expect(listed.map(({ sessionId }) => sessionId)).toEqual([sessions[2]!.sessionId, sessions[1]!.sessionId]);
  });
});

describe('money', () => {
  it('shows wallet, stakes, escrow and credits', async () => {
    chain.give(provider, 3n * MOR);
    chain.credit(provider, MOR / 2n);
    const session = chain.addSession(bid, provider);
    chain.changeSession(session.sessionId, { payment: 'direct' });
    const text = await told(['money', '--account', provider]);
    expect(text).toMatch(/^wallet +3 MOR$/m);
    expect(text).toMatch(/^gas +1 ETH$/m);
    expect(text).toMatch(/^in escrow +0\.06 MOR in sessions paid directly$/m);
    expect(text).toMatch(/^staked, provider +1 MOR$/m);
    expect(text).toMatch(/^can be claimed +0\.5 MOR, by `claim`$/m);
    expect(await answered(['money', '--account', provider])).toMatchObject({
      account: provider,
      walletMor: '3000000000000000000',
      escrowMor: '60000000000000000',
      credits: { vestedMor: '500000000000000000', claimableMor: '500000000000000000' },
      day: { day: Math.floor(Date.now() / 86_400_000) },
    });
  });

  it('shows no more to claim than the pool lets out, and what is on its way', async () => {
    chain.credit(provider, MOR);
    const leaving = { amountMor: MOR, withdrawableAt: 1_800_000_000n };
    held.reads = {
      pool: async () => ({ availableMor: MOR / 4n }) as never,
      unstaking: async () => ({ dueMor: 0n, pending: [leaving] }),
    };
    expect(await answered(['money', '--account', provider])).toMatchObject({
      credits: { claimableMor: '250000000000000000' },
      unstaking: {
        pending: [{ amountMor: '1000000000000000000', withdrawableAtIso: '2027-01-15T08:00:00Z' }],
      },
    });
  });
});

describe('money stake', () => {
  it('allows what is missing and stakes', async () => {
    chain.give(user, 5n * MOR);
    expect(await told(['money', 'stake', '2'], hands)).toBe('Staked 2 MOR for session; now 2 MOR in all.\n');
    expect(chain.sent).toEqual(['approveMor', 'stake']);
    expect([chain.stakeOf(user), chain.balanceOf(user)]).toEqual([2n * MOR, 3n * MOR]);
  });

  it('asks for no allowance that is there', async () => {
    chain.give(user, 5n * MOR);
    await (await chain.as(userWallet).writes.approveMor(5n * MOR)).wait();
    expect(await answered(['money', 'stake', '0.5', '--purpose', 'access'], hands)).toEqual({
      purpose: 'access',
      stakedMor: '500000000000000000',
      activeMor: '500000000000000000',
    });
    expect(chain.sent).toEqual(['approveMor', 'stake']);
  });

  it('sends nothing when the wallet is too low, and tells what the chain refused', async () => {
    expect(await failed(['money', 'stake', '2'], hands)).toMatchObject({
      code: 'wallet_too_low',
      details: { wallet: user, neededMor: '2000000000000000000' },
    });
    expect(chain.sent).toEqual([]);
    chain.give(user, 2n * MOR);
    chain.fail('stake', { code: 'Paused', when: 'sending' });
    expect(await failed(['money', 'stake', '2'], hands)).toMatchObject({ code: 'CHAIN_Paused' });
    expect([chain.stakeOf(user), chain.balanceOf(user)]).toEqual([0n, 2n * MOR]);
  });

  it('tells each transaction that it waits for', async () => {
    chain.give(user, MOR);
    const { stderr } = await runInWorld(['money', 'stake', '1'], { env: hands });
    expect(stderr).toMatch(/allowing the diamond to take MOR …\nwaiting for transaction 0x\w{64} …\nstaking …\n/);
    expect(stderr).not.toContain(userWallet.privateKey.slice(2));
  });
});

describe('money unstake', () => {
  beforeEach(async () => {
    chain.give(user, 3n * MOR);
    await told(['money', 'stake', '3'], hands);
  });

  it('takes out a part', async () => {
    expect(await told(['money', 'unstake', '1'], hands)).toMatch(
      /^Unstaked 1 MOR; `money withdraw` pays it in (1 d|23 h 59 min) \(.*Z\)\.\n$/,
    );
    expect(chain.stakeOf(user)).toBe(2n * MOR);
  });

  it('takes out all, once', async () => {
    expect(await answered(['money', 'unstake', 'all'], hands)).toMatchObject({
      purpose: 'session',
      unstakedMor: '3000000000000000000',
      activeMor: '0',
      withdrawableAt: expect.any(Number) as number,
    });
    expect(await failed(['money', 'unstake', 'all'], hands)).toMatchObject({ code: 'nothing_staked' });
    expect(chain.sent.filter((name) => name === 'unstake')).toHaveLength(1);
  });
});

describe('money withdraw', () => {
  it('says that nothing is on its way, or when it is due, and sends nothing', async () => {
    expect(await told(['money', 'withdraw'], hands)).toBe('Nothing is on its way out.\n');
    expect(await answered(['money', 'withdraw'], hands)).toEqual({ withdrawnMor: '0', nextAt: null });
    const leaving = { amountMor: MOR, withdrawableAt: 1_900_000_000n };
    held.reads = { unstaking: async () => ({ dueMor: 0n, pending: [leaving] }) };
    expect(await told(['money', 'withdraw'], hands)).toMatch(/^Nothing is due; 1 MOR can leave in \d+ d.*\(2030-/);
    expect(await answered(['money', 'withdraw'], hands)).toEqual({ withdrawnMor: '0', nextAt: 1_900_000_000 });
    expect(chain.sent).toEqual([]);
  });

  it('takes what is due', async () => {
    held.reads = { unstaking: async () => ({ dueMor: MOR, pending: [] }) };
    const { writes } = chain.as(userWallet);
    const outcome = { amountMor: MOR, gasUsed: 1n, blockNumber: 1n };
    const sent = { hash: `0x${'12'.repeat(32)}`, wait: async () => outcome };
    const withdraw = vi.spyOn(writes, 'withdrawStake').mockResolvedValue(sent as never);
    expect(await told(['money', 'withdraw'], hands)).toBe('1 MOR went to the wallet.\n');
    expect(await answered(['money', 'withdraw'], hands)).toEqual({ withdrawnMor: '1000000000000000000' });
    expect(withdraw).toHaveBeenCalledTimes(2);
  });
});

describe('claim', () => {
  it('pays the credits of the own account', async () => {
    chain.credit(user, 2n * MOR);
    const text = await told(['claim', '--max', '0.5'], hands);
    expect(text).toMatch(/^paid +0\.5 MOR of credits, 0 MOR of direct earnings$/m);
    expect(text).toMatch(/^left +1\.5 MOR vested, 0 MOR not vested yet$/m);
    expect(chain.sent).toEqual(['claimSessionCredits']);
  });

  it('pays those of the provider that is set, or asked for first', async () => {
    chain.credit(provider, MOR);
    const env = { ...hands, YELLOWSTONE_PROVIDER_ADDRESS: provider };
    expect(await answered(['claim'], env)).toMatchObject({ provider, paidMor: '1000000000000000000', leftMor: '0' });
    const other = parseAddress(strangerWallet.address);
    expect(await answered(['claim', '--provider', other], env)).toMatchObject({ provider: other, paidMor: '0' });
    expect(chain.sent).toEqual(['claimSessionCredits']);
  });

  it('sends nothing when the pool holds it back, and pays direct earnings all the same', async () => {
    chain.credit(user, MOR);
    held.reads = { pool: async () => ({ availableMor: 0n }) as never, directOwed: async () => MOR };
    const outcome = { amountMor: MOR, gasUsed: 1n, blockNumber: 1n };
    const sent = { hash: `0x${'12'.repeat(32)}`, wait: async () => outcome };
    const withdraw = vi.spyOn(chain.as(userWallet).writes, 'withdrawDirect').mockResolvedValue(sent as never);
    expect(await answered(['claim'], hands)).toEqual({
      provider: user,
      paidMor: '0',
      leftMor: '1000000000000000000',
      unvestedMor: '0',
      directPaidMor: '1000000000000000000',
    });
    expect(withdraw).toHaveBeenCalledExactlyOnceWith(user);
    expect(chain.sent).toEqual([]);
  });
});
