import { ethers } from 'hardhat';
import { MOR, Purpose, Verdict } from '../../fixtures/market';
import { NO_RECEIPT } from '../../fixtures/sessions';
import { OpenZeppelin } from '../../fixtures/errors';
import type { Answer, Step } from './rehearsal';
import { count } from './tally';
import type { World } from './world';

/** What must happen to a call of a rehearsal. */
interface Planned {
  readonly promise: 'I10' | 'I12' | 'I16' | 'I18' | 'I33' | 'I35' | 'exit';
  readonly name: string;
  readonly step: Step;
  /** Name of the error that must refuse it. */
  readonly error?: string;
  /** What it must pay [MOR-wei]. */
  readonly paysMor?: bigint;
}

/** A planned call and how it ended. */
export interface Outcome extends Planned {
  readonly ended: string;
  readonly paidMor: bigint | undefined;
}

/** What happened when, in a call that leaves nothing behind, guarded calls were tried and then everybody left. */
export interface Rehearsed {
  readonly outcomes: readonly Outcome[];
  /** What each user had more in the end, and what it had to be by the books alone [MOR-wei]. */
  readonly gainsMor: readonly bigint[];
  readonly wantedGainsMor: readonly bigint[];
}

const EVERYTHING = ethers.MaxUint256 >> 128n;
const DONATION_MOR = 1_000_000_000n * MOR;
/** Guarded calls, and providers that leave, are tried in turns, because they cost most and depend least on the state. */
const TURNS = 3;

/**
 * Tries what must be refused and lets everybody leave. Every other time somebody multiplies before what the diamond
 * holds: what is paid must be what the books say in either case.
 */
export async function rehearse(world: World): Promise<Rehearsed> {
  const { rehearsal, tally, trace } = world;
  const guarded = guardedCalls(world);
  const payments = [...closes(world), ...claims(world), ...unstaking(world)];
  const leaves = trace.length % TURNS === 0 ? leaving(world) : [];
  const balances = world.users.map(({ address }) => world.tokenReader.step('balanceOf', [address]));
  const planned = [...guarded, ...payments, ...leaves];
  const before = trace.length % 2 === 0 ? [donation(world)] : [];
  const answers = await rehearsal.play([...before, ...planned.map(({ step }) => step), ...balances]);
  const [ended, after] = [answers.slice(before.length), answers.slice(before.length + planned.length)];
  count(tally, 'everybody left');
  count(tally, 'guarded calls refused', guarded.length);
  if (before.length > 0 && payments.some(({ paysMor = 0n }) => paysMor > 0n)) count(tally, 'paid after a donation');
  if (world.state.pausedOperations !== 0) count(tally, 'everybody left while paused');
  return {
    outcomes: planned.map((each, i) => outcomeOf(world, each, ended[i]!)),
    gainsMor: after.map(({ data }, i) => BigInt(data) - world.state.walletsMor[i]!),
    wantedGainsMor: world.users.map((_, i) => dueTo(world, i)),
  };
}

const donation = ({ tokenAddress, token, address }: World): Step => ({
  target: tokenAddress,
  data: token.interface.encodeFunctionData('mint', [address, DONATION_MOR]),
});

/** What a user gets who leaves now: what is due of its stake, and what its open direct sessions did not use. */
function dueTo({ sessions, users, state, now }: World, i: number): bigint {
  const { address } = users[i]!; // called for users only
  const open = [...sessions.values()].filter((each) => each.isOpen && each.isDirect && each.user === address);
  return open.reduce((totalMor, { costMor, openedAt, durationSeconds }) => {
    const usedSeconds = Math.min(now - openedAt, durationSeconds);
    return totalMor + (costMor * BigInt(durationSeconds - usedSeconds)) / BigInt(durationSeconds);
  }, state.unstaking[i]!.dueMor);
}

function outcomeOf(world: World, planned: Planned, { ok, data }: Answer): Outcome {
  if (ok) return { ...planned, ended: 'done', paidMor: data === '0x' ? undefined : BigInt(data) };
  return { ...planned, ended: errorOf(world, data), paidMor: undefined };
}

const errors = new Map<string, string>();

/** Name of the error of an answer. */
function errorOf(world: World, data: string): string {
  const selector = data.slice(0, 10);
  if (!errors.has(selector)) {
    const error = world.diamond.interface.parseError(data) ?? OpenZeppelin.interface.parseError(data);
    errors.set(selector, error?.name ?? data);
  }
  return errors.get(selector)!; // set above
}

/** Every guarded call, each time by another account that may not. */
function guardedCalls(world: World): Planned[] {
  const { address: target, stranger, users, providers, guardian, owner, trace } = world;
  const turn = world.guardedCalls.filter((_, i) => i % TURNS === trace.length % TURNS);
  return turn.map(({ name, promise, role, data, error }) => {
    const others = role === 'guardian' ? [stranger, users[0]!, providers[0]!] : [stranger, users[0]!, guardian];
    const actor = (role === 'nobody' ? [stranger, users[0]!, owner] : others)[Math.floor(trace.length / TURNS) % 3]!;
    return { promise, name: `${name} by ${actor.address}`, step: { actor: actor.address, target, data }, error };
  });
}

function closes(world: World): Planned[] {
  const verdicts = [Verdict.Pass, Verdict.Fail, Verdict.None];
  const open = [...world.sessions.values()].filter(({ isOpen }) => isOpen);
  const closeOf = ({ sessionId, user }: { sessionId: string; user: string }, i: number): Step => {
    const verdict = verdicts[(i + world.trace.length) % 3]!;
    return { ...world.reader.step('closeSession', [sessionId, verdict, Object.values(NO_RECEIPT), '0x']), actor: user };
  };
  const first = open.map((session, i): Planned => {
    return { promise: 'I18', name: `close ${session.sessionId}`, step: closeOf(session, i) };
  });
  const again = open.slice(0, 1).map((session): Planned => {
    return { promise: 'I16', name: 'close again', step: closeOf(session, 0), error: 'SessionAlreadyClosed' };
  });
  return [...first, ...again];
}

function claims(world: World): Planned[] {
  let leftMor = world.state.pool.availableMor;
  return world.state.providers.flatMap(({ address, vestedMor, directOwedMor }): Planned[] => {
    const actor = world.stranger.address;
    const planned: Planned[] = [];
    if (vestedMor > 0n) {
      const paysMor = vestedMor < leftMor ? vestedMor : leftMor;
      leftMor -= paysMor;
      const step = { ...world.reader.step('claimSessionCredits', [address, EVERYTHING]), actor };
      planned.push({ promise: 'I10', name: `claim of ${address}`, step, paysMor });
    }
    if (directOwedMor > 0n) {
      const step = { ...world.reader.step('withdrawDirect', [address]), actor };
      planned.push({ promise: 'exit', name: `withdrawDirect of ${address}`, step });
    }
    return planned;
  });
}

function leaving(world: World): Planned[] {
  const bids = [...world.bids.values()].filter(({ isDeleted }) => !isDeleted);
  const deletes = bids.map(({ bidId, provider }): Planned => {
    const step = { ...world.reader.step('deleteModelBid', [bidId]), actor: provider };
    return { promise: 'exit', name: `deleteModelBid ${bidId}`, step };
  });
  const active = world.state.providers.filter(({ isActive }) => isActive);
  const leaves = active.map(({ address }): Planned => {
    const step = { ...world.reader.step('providerDeregister', [address]), actor: address };
    return { promise: 'exit', name: `providerDeregister ${address}`, step };
  });
  return [...deletes, ...leaves];
}

function unstaking(world: World): Planned[] {
  const { accounts, unstaking: unstakings } = world.state;
  return world.users.flatMap(({ address: actor }, i): Planned[] => {
    const stakes = (['Session', 'Access'] as const).flatMap((purpose): Planned[] => {
      const { activeMor } = accounts[purpose][i]!;
      if (activeMor === 0n) return [];
      const step = { ...world.reader.step('unstake', [Purpose[purpose], activeMor]), actor };
      return [{ promise: 'I12', name: `unstake ${purpose} by user ${i}`, step }];
    });
    const { dueMor } = unstakings[i]!;
    if (dueMor === 0n) return stakes;
    const step = { ...world.reader.step('withdrawStake', []), actor };
    return [...stakes, { promise: 'I12', name: `withdrawStake by user ${i}`, step, paysMor: dueMor }];
  });
}
