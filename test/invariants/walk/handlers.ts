import { ethers } from 'hardhat';
import type { HardhatEthersSigner } from '@nomicfoundation/hardhat-ethers/signers';
import { CID, DAY, ENDPOINT, HOUR, MODEL_NAME, MOR, Op, Payment, Purpose, Verdict } from '../../fixtures/market';
import { NO_RECEIPT } from '../../fixtures/sessions';
import type { BaseContract } from 'ethers';
import type { Dice } from './dice';
import { count } from './tally';
import {
  activeBids,
  close,
  dayOf,
  DURATIONS,
  enter,
  isPaused,
  isRefused,
  open,
  openSessions,
  PRICES,
  providerOf,
  quoteOf,
  secondBid,
  signerOf,
  staysToday,
  wait,
  type Handler,
  type Move,
} from './moves';
import { act, actOn, type KnownSession, type World } from './world';

// --- Providers

export const register: Handler = async (world, dice) => {
  const provider = dice.pick(world.providers);
  const amount = dice.amount(MOR / 5n, 50n * MOR);
  const as = provider === world.providers[0] && dice.once(2) ? world.delegate : provider;
  return enter(world, Op.Register, () =>
    act(world, as, 'providerRegister', [provider.address, amount, `${ENDPOINT}${dice.roll(3)}`]),
  );
};

const leave: Handler = async (world, dice) => {
  const provider = dice.pick(world.providers);
  if (!providerOf(world, provider).isActive || !staysToday(world)) return false;
  const call = (): Promise<void> => act(world, provider, 'providerDeregister', [provider.address]);
  const bids = activeBids(world, provider.address);
  if (bids.length > 0 && dice.once(2)) return !(await isRefused('ProviderHasActiveBids', call));
  for (const { bidId } of bids) await act(world, provider, 'deleteModelBid', [bidId]);
  await call();
  return true;
};

/** The stake that was exposed when a provider left, days later. */
export const fetchStake: Handler = async (world, dice) => {
  const left = world.providers.filter((provider) => {
    const { isActive, stakeMor } = providerOf(world, provider);
    return !isActive && stakeMor > 0n;
  });
  if (left.length === 0) return false;
  const provider = dice.pick(left);
  if (activeBids(world, provider.address).length > 0) return false;
  const { stakeMor } = providerOf(world, provider);
  if ((await world.diamond.getExposedStake(provider)) === stakeMor) await wait(world, 3 * DAY);
  if (activeBids(world, provider.address).length > 0) return false;
  await act(world, provider, 'providerDeregister', [provider.address]);
  return true;
};

const setPayout: Handler = async (world, dice) => {
  const provider = dice.pick(world.providers);
  if (!providerOf(world, provider).isKnown) return false;
  const payout = dice.pick([ethers.ZeroAddress, provider.address, world.stranger.address, world.address]);
  await act(world, provider, 'setPayout', [payout]);
  return true;
};

const slash: Handler = async (world, dice) => {
  const provider = dice.pick(world.providers);
  const { stakeMor } = providerOf(world, provider);
  if (stakeMor === 0n) return false;
  const amount = dice.once(3) ? stakeMor : dice.amount(0n, stakeMor);
  await act(world, world.owner, 'slashProvider', [provider.address, amount, ethers.id('reason')]);
  return true;
};

const slashTooMuch: Handler = async (world, dice) => {
  const provider = dice.pick(world.providers);
  const { stakeMor, isKnown } = providerOf(world, provider);
  if (!isKnown) return false;
  return isRefused('SlashTooHigh', () =>
    act(world, world.owner, 'slashProvider', [provider.address, stakeMor + 1n, ethers.ZeroHash]),
  );
};

// --- Models

const registerModel: Handler = async (world, dice) => {
  const owner = dice.pick(world.providers);
  const base = ethers.zeroPadValue(ethers.toBeHex(dice.roll(2)), 32);
  const cid = dice.once(3) ? ethers.id(`content ${dice.roll(3)}`) : CID;
  const args = [owner.address, base, cid, 0, dice.amount(MOR / 10n, MOR), MODEL_NAME, dice.once(2) ? ['llm'] : []];
  return enter(world, Op.Register, () => act(world, owner, 'modelRegister', args));
};

const modelOf = (world: World, dice: Dice): { modelId: string; owner: HardhatEthersSigner } | undefined => {
  const active = world.state.models.filter(({ isActive }) => isActive);
  if (active.length === 0) return undefined;
  const { modelId, owner } = dice.pick(active);
  return { modelId, owner: signerOf(world, owner) };
};

const retireModel: Handler = async (world, dice) => {
  const model = modelOf(world, dice);
  if (model === undefined) return false;
  await act(world, model.owner, 'modelRetire', [model.modelId]);
  return true;
};

const leaveModel: Handler = async (world, dice) => {
  const model = modelOf(world, dice);
  if (model === undefined || !staysToday(world)) return false;
  const { listed } = world.state.models.find(({ modelId }) => modelId === model.modelId)!;
  const call = (): Promise<void> => act(world, model.owner, 'modelDeregister', [model.modelId]);
  if (listed.length > 0) return !(await isRefused('ModelHasActiveBids', call));
  await call();
  return true;
};

// --- Bids

export const post: Handler = async (world, dice) => {
  const provider = dice.pick(world.providers);
  const model = modelOf(world, dice);
  if (!providerOf(world, provider).isActive || model === undefined) return false;
  const as = provider === world.providers[0] && dice.once(2) ? world.delegate : provider;
  const isSecond = !dice.once(3);
  const name = isSecond ? 'postModelBid' : 'postTokenBid';
  return enter(world, Op.Bid, () => act(world, as, name, [provider.address, model.modelId, dice.pick(PRICES)]));
};

const reprice: Handler = async (world, dice) => {
  const bids = activeBids(world);
  if (bids.length === 0) return false;
  const bid = dice.pick(bids);
  const call = (): Promise<void> =>
    act(world, signerOf(world, bid.provider), 'repriceBid', [bid.bidId, dice.pick(PRICES)]);
  if (!staysToday(world) || world.now + 1 < bid.postedAt + HOUR) return false;
  return enter(world, Op.Bid, call);
};

const confirm: Handler = async (world, dice) => {
  const stale = world.state.bids.filter(({ isDeleted, isActive }) => !isDeleted && !isActive);
  if (stale.length === 0) return false;
  const bid = dice.pick(stale);
  if (!providerOf(world, signerOf(world, bid.provider)).isActive) return false;
  if (!world.state.models.find(({ modelId }) => modelId === bid.modelId)!.isActive) return false;
  return enter(world, Op.Bid, () => act(world, signerOf(world, bid.provider), 'confirmBid', [bid.bidId]));
};

const deleteBid: Handler = async (world, dice) => {
  const open = [...world.bids.values()].filter(({ isDeleted }) => !isDeleted);
  if (open.length < 2 && !dice.once(3)) return false;
  if (open.length === 0) return false;
  const bid = dice.pick(open);
  await act(world, signerOf(world, bid.provider), 'deleteModelBid', [bid.bidId]);
  return true;
};

// --- Stakes

export const stake: Handler = async (world, dice) => {
  const amount = dice.once(10) ? dice.amount(10_000n * MOR, 200_000n * MOR) : dice.amount(1n, 500n * MOR);
  const args = [dice.pick([Purpose.Session, Purpose.Session, Purpose.Access]), amount];
  return enter(world, Op.Open, () => act(world, dice.pick(world.users), 'stake', args));
};

/** More MOR than the day's supply knew of comes over a bridge and is staked: the rest counts from the next day. */
const bridge: Handler = async (world, dice) => {
  const user = dice.pick(world.users);
  const amount = dice.amount(MOR, 30_000_000n * MOR);
  await actOn(world, world.mor as unknown as BaseContract, world.deployer, 'mint', [user.address, amount]);
  return enter(world, Op.Open, () => act(world, user, 'stake', [dice.pick([Purpose.Session, Purpose.Access]), amount]));
};

const unstake: Handler = async (world, dice) => {
  const user = dice.pick(world.users);
  const purpose = dice.pick([Purpose.Session, Purpose.Session, Purpose.Access]);
  const accounts = world.state.accounts[purpose === Purpose.Session ? 'Session' : 'Access'];
  const { activeMor } = accounts[world.users.indexOf(user)]!;
  if (activeMor === 0n) return false;
  await act(world, user, 'unstake', [purpose, dice.once(2) ? activeMor : dice.amount(1n, activeMor)]);
  return true;
};

export const withdraw: Handler = async (world, dice) => {
  const user = dice.pick(world.users);
  if (world.state.unstaking[world.users.indexOf(user)]!.dueMor === 0n) return false;
  await act(world, user, 'withdrawStake', []);
  return true;
};

/** Staked, used and taken back within seconds: the MOR stays until a midnight. */
const flashStake: Handler = async (world, dice) => {
  const user = dice.pick(world.users);
  if (world.state.unstaking[world.users.indexOf(user)]!.dueMor > 0n || dayOf(world.now) !== dayOf(world.now + 3))
    return false;
  const amount = dice.amount(MOR, 100_000n * MOR);
  const isStaked = await enter(world, Op.Open, () => act(world, user, 'stake', [Purpose.Session, amount]));
  if (!isStaked) return false;
  await act(world, user, 'unstake', [Purpose.Session, amount]);
  return isRefused('NothingToWithdraw', () => act(world, user, 'withdrawStake', []));
};

// --- Opening sessions

const openPool: Handler = async (world, dice) => {
  const bid = secondBid(world, dice);
  if (bid === undefined) return false;
  const user = dice.pick(world.users);
  const durationSeconds = dice.pick(DURATIONS);
  const quote = await quoteOf(world, user, bid, durationSeconds);
  if (quote === undefined || quote.missingStakeMor > 500_000n * MOR) return false;
  const walletOf = (): bigint => world.state.walletsMor[world.users.indexOf(user)]!; // of a user of the walk
  const walletMor = walletOf();
  if (walletMor < quote.missingStakeMor) return false;
  const terms = { durationSeconds, payment: Payment.Pool, maxStakeMor: quote.missingStakeMor, maxPayMor: 0n };
  const isOpened = await enter(world, Op.Open, () => open(world, bid, user, terms));
  const pulledMor = walletMor - walletOf();
  const wantedMor = isOpened ? quote.missingStakeMor : 0n;
  if (pulledMor !== wantedMor) throw new Error(`the quote said ${wantedMor} of stake, ${pulledMor} was pulled`);
  return isOpened;
};

const openByDelegate: Handler = async (world, dice) => {
  const bid = secondBid(world, dice);
  if (bid === undefined) return false;
  const [user] = world.users;
  const quote = await quoteOf(world, user!, bid, 300);
  if (quote === undefined) return false;
  const terms = {
    as: world.delegate,
    durationSeconds: 300,
    payment: Payment.Pool,
    maxStakeMor: ethers.MaxUint256 >> 128n,
    maxPayMor: 0n,
  };
  const call = (): Promise<void> => open(world, bid, user!, terms);
  if (quote.missingStakeMor === 0n) return enter(world, Op.Open, call);
  if (isPaused(world, Op.Open)) return false;
  return !(await isRefused('OwnCallOnly', call));
};

export const openDirect: Handler = async (world, dice) => {
  const bid = secondBid(world, dice);
  if (bid === undefined) return false;
  const durationSeconds = dice.pick(DURATIONS);
  const costMor = bid.priceMor * BigInt(durationSeconds);
  const terms = { durationSeconds, payment: Payment.Direct, maxStakeMor: 0n, maxPayMor: costMor };
  const user = dice.pick(world.users);
  if (world.state.walletsMor[world.users.indexOf(user)]! < costMor) return false;
  return enter(world, Op.Open, () => open(world, bid, user, terms));
};

// --- Closing sessions

const anyVerdict = (dice: Dice): number => dice.pick([Verdict.None, Verdict.Pass, Verdict.Fail]);

export const closeByUser: Handler = async (world, dice) => {
  const sessions = openSessions(world);
  if (sessions.length === 0) return false;
  const session = dice.pick(sessions);
  await close(world, session, signerOf(world, session.user), anyVerdict(dice), dice);
  return true;
};

const closeByDelegate: Handler = async (world, dice) => {
  const sessions = openSessions(world).filter(({ user }) => user === world.users[0]!.address);
  if (sessions.length === 0) return false;
  await close(world, dice.pick(sessions), world.delegate, anyVerdict(dice), dice);
  return true;
};

const closeByProvider: Handler = async (world, dice) => {
  const sessions = openSessions(world);
  if (sessions.length === 0) return false;
  const session = dice.pick(sessions);
  await close(world, session, signerOf(world, session.provider), Verdict.None, dice);
  return true;
};

const closeByStranger: Handler = async (world, dice) => {
  const hasEnded = ({ openedAt, durationSeconds }: KnownSession): boolean =>
    world.now + 1 >= openedAt + durationSeconds;
  const [ended, running] = [openSessions(world).filter(hasEnded), openSessions(world).filter((s) => !hasEnded(s))];
  if (ended.length > 0) {
    await close(world, dice.pick(ended), world.stranger, Verdict.None, dice);
    return true;
  }
  if (running.length === 0) return false;
  const { sessionId } = dice.pick(running);
  const call = (): Promise<void> =>
    act(world, world.stranger, 'closeSession', [sessionId, Verdict.None, NO_RECEIPT, '0x']);
  return !(await isRefused('SessionNotEnded', call));
};

/** A session of yesterday is closed after its user used something of today: nothing comes back to today. */
const closeAcrossMidnight: Handler = async (world, dice) => {
  const midnight = (dayOf(world.now) + 1) * DAY;
  const [session] = openSessions(world).filter(
    ({ isDirect, openedAt, durationSeconds }) => !isDirect && openedAt + durationSeconds > midnight + 60,
  );
  if (session === undefined) return false;
  const user = signerOf(world, session.user);
  await wait(world, midnight - world.now);
  const bid = secondBid(world, dice);
  const quote = bid === undefined ? undefined : await quoteOf(world, user, bid, 300);
  const canOpen = quote !== undefined && !isPaused(world, Op.Open);
  if (canOpen && quote.missingStakeMor <= world.state.walletsMor[world.users.indexOf(user)]!) {
    const terms = { durationSeconds: 300, payment: Payment.Pool, maxStakeMor: quote.missingStakeMor, maxPayMor: 0n };
    await open(world, bid!, user, terms); // there is a quote, so there is a bid
  }
  await close(world, session, user, Verdict.Pass, dice);
  return canOpen;
};

const closeAgain: Handler = async (world, dice) => {
  const closed = [...world.sessions.values()].filter(({ isOpen }) => !isOpen);
  if (closed.length === 0) return false;
  const { sessionId, user } = dice.pick(closed);
  const args = [sessionId, Verdict.Fail, NO_RECEIPT, '0x'];
  return isRefused('SessionAlreadyClosed', () => act(world, signerOf(world, user), 'closeSession', args));
};

// --- Pool

export const claim: Handler = async (world, dice) => {
  const provider = dice.pick(world.providers);
  const { vestedMor } = providerOf(world, provider);
  if (vestedMor === 0n) return false;
  const maxMor = dice.once(2) ? ethers.MaxUint256 >> 128n : dice.amount(0n, vestedMor);
  await act(world, dice.pick([provider, world.stranger]), 'claimSessionCredits', [provider.address, maxMor]);
  const { paidMor } = world.last.find(({ name }) => name === 'SessionCreditsClaimed')!.args.toObject();
  if (paidMor < (maxMor < vestedMor ? maxMor : vestedMor)) count(world.tally, 'guard bound');
  return true;
};

/** With a guard of 0 % only emission of the last hours can pay; what is refused stays owed. */
const claimAgainstGuard: Handler = async (world, dice) => {
  const owed = world.providers.filter((provider) => providerOf(world, provider).vestedMor > 0n);
  if (owed.length === 0) return false;
  const provider = dice.pick(owed);
  const owner = world.owner;
  await act(world, owner, 'setPoolParameters', [0, 0, MOR]);
  const { vestedMor } = providerOf(world, provider);
  await act(world, world.stranger, 'claimSessionCredits', [provider.address, ethers.MaxUint256 >> 128n]);
  const { paidMor, leftMor } = world.last.find(({ name }) => name === 'SessionCreditsClaimed')!.args.toObject();
  if (paidMor + leftMor < vestedMor) throw new Error(`${vestedMor} were owed, ${paidMor} paid and ${leftMor} kept`);
  await act(world, owner, 'setPoolParameters', [100, 100, MOR]);
  return leftMor > 0n;
};

const donate: Handler = async (world, dice) => {
  const amount = dice.once(4) ? dice.amount(MOR, 20_000n * MOR) : dice.amount(1n, MOR);
  const mor = world.mor as unknown as BaseContract;
  await actOn(world, mor, world.stranger, 'transfer', [world.address, amount]);
  return true;
};

const emit: Handler = async (world) => {
  const { computeMor } = await world.diamond.getScheduledEmission(dayOf(world.now));
  const mor = world.mor as unknown as BaseContract;
  await actOn(world, mor, world.deployer, 'mint', [world.address, computeMor]);
  return true;
};

const sync: Handler = async (world) => {
  await act(world, world.stranger, 'sync', []);
  return true;
};

const openDay: Handler = async (world) => {
  const day = dayOf(world.now);
  if (!staysToday(world)) return false;
  if (world.openedDays.has(day))
    return !(await isRefused('DayAlreadyOpen', () => act(world, world.stranger, 'openDay', [])));
  if ((await world.diamond.getDay(day)).openedAt === 0n) return false;
  await act(world, world.stranger, 'openDay', []);
  return true;
};

const setParameters: Handler = async (world, dice) => {
  const guardBps = dice.pick([100, 100, 50]);
  const budgetBps = Math.min(guardBps, dice.pick([100, 100, 70]));
  await act(world, world.owner, 'setPoolParameters', [budgetBps, guardBps, MOR]);
  return true;
};

// --- Pauses and time

const pause: Handler = async (world, dice) => {
  const { nextPauseAt } = await world.diamond.pauseState();
  if (world.now + 1 < Number(nextPauseAt)) return false;
  await act(world, world.guardian, 'pause', [1 + dice.roll(15)]);
  return true;
};

const unpause: Handler = async (world, dice) => {
  const { until } = await world.diamond.pauseState();
  if (world.now + 1 >= Number(until)) return false;
  await act(world, dice.pick([world.guardian, world.owner]), 'unpause', []);
  return true;
};

/** The next call comes around an hour, around midnight, some hours or days later. */
const jump: Handler = async (world, dice) => {
  const nextHour = (Math.floor(world.now / HOUR) + 1) * HOUR;
  const nextDay = (dayOf(world.now) + 1) * DAY;
  const targets = [
    nextHour - 1,
    nextHour,
    nextHour + 1,
    nextDay - 1,
    nextDay,
    nextDay + 1,
    nextDay + DAY + 60,
    world.now + 1 + dice.roll(6 * HOUR),
    world.now + 1 + dice.roll(30 * HOUR),
    world.now + 2 * DAY + 2 * HOUR,
  ];
  const at = dice.pick(targets);
  if (at <= world.now) return false;
  await act(world, world.stranger, 'sync', [], at);
  return true;
};

/** How often each move is tried; the commoner ones make the state in which the others are possible. */
export const HANDLERS: readonly Move[] = [
  { name: 'register', weight: 4, handler: register },
  { name: 'leave', weight: 4, handler: leave },
  { name: 'fetchStake', weight: 14, handler: fetchStake },
  { name: 'setPayout', weight: 1, handler: setPayout },
  { name: 'slash', weight: 1, handler: slash },
  { name: 'slashTooMuch', weight: 1, handler: slashTooMuch },
  { name: 'registerModel', weight: 3, handler: registerModel },
  { name: 'retireModel', weight: 1, handler: retireModel },
  { name: 'leaveModel', weight: 3, handler: leaveModel },
  { name: 'post', weight: 9, handler: post },
  { name: 'reprice', weight: 3, handler: reprice },
  { name: 'confirm', weight: 5, handler: confirm },
  { name: 'deleteBid', weight: 2, handler: deleteBid },
  { name: 'stake', weight: 4, handler: stake },
  { name: 'bridge', weight: 1, handler: bridge },
  { name: 'unstake', weight: 4, handler: unstake },
  { name: 'withdraw', weight: 5, handler: withdraw },
  { name: 'flashStake', weight: 2, handler: flashStake },
  { name: 'openPool', weight: 14, handler: openPool },
  { name: 'openByDelegate', weight: 5, handler: openByDelegate },
  { name: 'openDirect', weight: 5, handler: openDirect },
  { name: 'closeByUser', weight: 5, handler: closeByUser },
  { name: 'closeByDelegate', weight: 4, handler: closeByDelegate },
  { name: 'closeByProvider', weight: 2, handler: closeByProvider },
  { name: 'closeByStranger', weight: 4, handler: closeByStranger },
  { name: 'closeAcrossMidnight', weight: 6, handler: closeAcrossMidnight },
  { name: 'closeAgain', weight: 1, handler: closeAgain },
  { name: 'claim', weight: 10, handler: claim },
  { name: 'claimAgainstGuard', weight: 4, handler: claimAgainstGuard },
  { name: 'donate', weight: 2, handler: donate },
  { name: 'emit', weight: 2, handler: emit },
  { name: 'sync', weight: 1, handler: sync },
  { name: 'openDay', weight: 3, handler: openDay },
  { name: 'setParameters', weight: 1, handler: setParameters },
  { name: 'pause', weight: 1, handler: pause },
  { name: 'unpause', weight: 4, handler: unpause },
  { name: 'jump', weight: 12, handler: jump },
];
