import { ethers } from 'hardhat';
import { Op, Payment, Purpose, Verdict } from '../../fixtures/market';
import { NO_RECEIPT, receiptOf } from '../../fixtures/sessions';
import { Mood } from '../../fixtures/wallets';
import type { Dice } from './dice';
import { claim, closeByUser, fetchStake, openDirect, post, register, stake, withdraw } from './handlers';
import { activeBids, isPaused, isRefused, open, signerOf, staysToday, type Handler, type Move } from './moves';
import { signatureOf } from './signing';
import { COMMITTED, UPGRADED } from './stage';
import { count } from './tally';
import { act, actOn, type KnownBid, type World } from './world';

const EVERYTHING = ethers.MaxUint256 >> 128n;
const SHORTEST_SECONDS = 300;

// --- A token that calls back

/** Calls that would pay or tell something if they went through in the middle of a transfer. */
function reentries(world: World, dice: Dice): string {
  const provider = dice.pick(world.providers).address;
  const session = dice.pick([...world.sessions.keys(), ethers.ZeroHash]);
  const [name, args] = dice.pick<[string, unknown[]]>([
    ['claimSessionCredits', [provider, EVERYTHING]],
    ['withdrawDirect', [provider]],
    ['withdrawStake', []],
    ['stake', [Purpose.Session, 1n]],
    ['unstake', [Purpose.Session, 1n]],
    ['closeSession', [session, Verdict.None, Object.values(NO_RECEIPT), '0x']],
    ['providerDeregister', [provider]],
    ['sync', []],
    ['openDay', []],
    ['getPool', []],
    ['getTreasury', []],
    ['getSessionCredits', [provider]],
  ]);
  return world.reader.step(name, args).data;
}

/** The token calls the diamond in the middle of the next transfer that the diamond makes. */
const reenter: Handler = async (world, dice) => {
  const callsOf = (): number => world.tally.get('re-entries refused')!; // counted from the start
  const before = callsOf();
  await arm(world, world.address, reentries(world, dice));
  const movers = [claim, withdraw, closeByUser, fetchStake, post, openDirect, register, stake];
  const first = dice.roll(movers.length);
  for (let i = 0; i < movers.length && callsOf() === before; i++) {
    await movers[(first + i) % movers.length]!(world, dice); // one of them
  }
  if (callsOf() > before) return true;
  await arm(world, ethers.ZeroAddress, '0x');
  return false;
};

const arm = (world: World, target: string, data: string): Promise<void> =>
  actOn(world, world.token, world.stranger, 'arm', [target, data]);

// --- Contract wallets

const setMood = (world: World, mood: number): Promise<void> =>
  actOn(world, world.wallet, world.stranger, 'setMood', [mood]);

/** Bids of the contract wallet on which a session can be opened at the next second. */
const openBids = (world: World): KnownBid[] =>
  isPaused(world, Op.Open) || !staysToday(world)
    ? []
    : activeBids(world, String(world.wallet.target)).filter(({ unit }) => unit === 0n);

/** The wallet answers as it likes; only the exact magic word is a signature. */
const walletIn = (name: keyof typeof Mood): Handler => {
  const isAccepted = name === 'Magic' || name === 'MagicIfReadFails';
  return async (world, dice) => {
    if (openBids(world).length === 0) return false;
    await setMood(world, Mood[name]);
    const isDone = await tryToOpen(world, dice, isAccepted);
    await setMood(world, Mood.Magic);
    return isDone;
  };
};

async function tryToOpen(world: World, dice: Dice, isAccepted: boolean): Promise<boolean> {
  const bids = openBids(world);
  if (bids.length === 0) return false;
  const bid = dice.pick(bids);
  const user = dice.pick(world.users);
  const maxPayMor = bid.priceMor * BigInt(SHORTEST_SECONDS);
  if (world.state.walletsMor[world.users.indexOf(user)]! < maxPayMor) return false;
  const terms = { durationSeconds: SHORTEST_SECONDS, payment: Payment.Direct, maxStakeMor: 0n, maxPayMor };
  const call = (): Promise<void> => open(world, bid, user, terms);
  if (!isAccepted) return isRefused('SignatureInvalid', call);
  await call();
  return true;
}

/** The wallet signs, then denies: its receipts count no more, but the session closes all the same. */
const walletDenies: Handler = async (world, dice) => {
  const isOfWallet = ({ isOpen, provider }: { isOpen: boolean; provider: string }): boolean =>
    isOpen && provider === world.wallet.target;
  const session = dice.pick([...[...world.sessions.values()].filter(isOfWallet), undefined]);
  if (session === undefined) return false;
  const user = signerOf(world, session.user);
  await setMood(world, dice.pick([Mood.WrongMagic, Mood.Reverts, Mood.BurnsGas, Mood.HugeAnswer, Mood.ShortAnswer]));
  const receipt = await receiptOf(session.sessionId);
  const signature = await signatureOf(world, signerOf(world, session.provider), 'receipt', receipt);
  const args = [session.sessionId, Verdict.Pass, receipt, signature];
  await isRefused('SignatureInvalid', () => act(world, user, 'closeSession', args));
  await act(world, user, 'closeSession', [session.sessionId, Verdict.Pass, NO_RECEIPT, '0x']);
  await setMood(world, Mood.Magic);
  return true;
};

// --- Upgrades

/** A facet is replaced by one with the same code: nothing that was counted may be forgotten. */
const upgrade: Handler = async (world, dice) => {
  const name = dice.pick(UPGRADED);
  const selectors = Object.keys(COMMITTED).filter((selector) => COMMITTED[selector]!.facet === name);
  const current = await world.diamond.facetAddress(selectors[0]!); // each facet has functions
  const [next] = [...world.facets].find(([address, facet]) => facet === name && address !== current)!;
  await act(world, world.owner, 'diamondCut', [[[next, 1, selectors]], ethers.ZeroAddress, '0x']);
  count(world.tally, 'upgrades');
  return true;
};

const MOODS = Object.keys(Mood) as (keyof typeof Mood)[];

/** Those who wish the market no good, beside the ones among the other moves. */
export const ADVERSARIES: readonly Move[] = [
  { name: 'reenter', weight: 8, handler: reenter },
  ...MOODS.map((mood) => ({ name: `wallet ${mood}`, weight: 1, handler: walletIn(mood) })),
  { name: 'wallet denies', weight: 3, handler: walletDenies },
  { name: 'upgrade', weight: 2, handler: upgrade },
];
