import type { HardhatEthersSigner } from '@nomicfoundation/hardhat-ethers/signers';
import { DAY, HOUR, Payment, PRICE_MOR, Unit } from '../../fixtures/market';
import { NO_RECEIPT, receiptOf } from '../../fixtures/sessions';
import type { Dice } from './dice';
import { signatureOf } from './signing';
import type { ProviderState } from './state';
import { act, Refused, type KnownBid, type KnownSession, type World } from './world';

/**
 * One kind of move. It looks first whether the call must succeed and says `false` if it cannot be made now; a call that
 * is made and fails is a broken promise. Adversaries say true when they were refused with the right error.
 */
export type Handler = (world: World, dice: Dice) => Promise<boolean>;

/** A move and how often it is tried. */
export interface Move {
  readonly name: string;
  readonly weight: number;
  readonly handler: Handler;
}

export const PRICES = [PRICE_MOR / 1_000n, PRICE_MOR, PRICE_MOR * 20n, PRICE_MOR * 500n];
export const DURATIONS = [300, 900, HOUR, 5 * HOUR, DAY] as const;

/** Lets time pass; `sync` is the call that everybody may make at any time. */
export const wait = (world: World, seconds: number): Promise<void> =>
  act(world, world.stranger, 'sync', [], world.now + seconds);

/** True if the call is refused with this error. */
export async function isRefused(error: string, call: () => Promise<void>): Promise<boolean> {
  try {
    await call();
  } catch (thrown) {
    if (thrown instanceof Refused && thrown.error === error) return true;
    throw thrown;
  }
  throw new Error(`a call that must be refused with ${error} went through`);
}

/** Makes an entry call; while its operation is paused it must be refused. */
export async function enter(world: World, operation: number, call: () => Promise<void>): Promise<boolean> {
  if (isPaused(world, operation)) return !(await isRefused('OperationPaused', call));
  await call();
  return true;
}

/** True if an entry is paused at the next second. */
export const isPaused = (world: World, operation: number): boolean =>
  (world.state.pausedOperations & operation) !== 0 && world.now + 1 < world.state.pausedUntil;

export const signerOf = (world: World, address: string): HardhatEthersSigner =>
  [...world.providers, ...world.users].find((signer) => signer.address === address)!;

export const activeBids = (world: World, provider?: string): readonly KnownBid[] =>
  world.state.bids.filter((bid) => bid.isActive && (provider === undefined || bid.provider === provider));
export const providerOf = (world: World, { address }: HardhatEthersSigner): ProviderState =>
  world.state.providers.find((provider) => provider.address === address)!;
/** True if the next call is on the same day; some answers change at midnight. */
export const staysToday = (world: World): boolean => dayOf(world.now) === dayOf(world.now + 1);
export const openSessions = (world: World): KnownSession[] =>
  [...world.sessions.values()].filter(({ isOpen }) => isOpen);
export const dayOf = (at: number): number => Math.floor(at / DAY);

// --- Opening sessions

let nonce = 0n;

export async function open(
  world: World,
  bid: KnownBid,
  user: HardhatEthersSigner,
  terms: { as?: HardhatEthersSigner; durationSeconds: number; payment: number; maxStakeMor: bigint; maxPayMor: bigint },
): Promise<void> {
  const { as = user, durationSeconds, payment, maxStakeMor, maxPayMor } = terms;
  const request = { bidId: bid.bidId, durationSeconds, payment, maxStakeMor, maxPayMor };
  const approval = {
    bidId: bid.bidId,
    user: user.address,
    pricePerSecondMor: bid.priceMor,
    maxDurationSeconds: durationSeconds,
    payment,
    nonce: nonce++,
    deadline: world.now + 60,
  };
  const signature = await signatureOf(world, signerOf(world, bid.provider), 'approval', approval);
  await act(world, as, 'openSession', [request, approval, signature]);
}

export function secondBid(world: World, dice: Dice): KnownBid | undefined {
  const bids = activeBids(world).filter(({ unit }) => unit === BigInt(Unit.Second));
  // Content of a model takes over at midnight, so that an active bid may be none a second later.
  return bids.length === 0 || !staysToday(world) ? undefined : dice.pick(bids);
}

/** The quote of a pool session, undefined if no stake is enough or the pool is too small. */
export async function quoteOf(
  world: World,
  user: HardhatEthersSigner,
  bid: KnownBid,
  durationSeconds: number,
): Promise<{ costMor: bigint; missingStakeMor: bigint } | undefined> {
  const args = [user.address, bid.bidId, durationSeconds, Payment.Pool];
  const [answer] = await world.rehearsal.play([world.reader.step('quoteSession', args)]);
  return answer?.ok === true ? world.reader.decode('quoteSession', answer)[0] : undefined;
}

// --- Closing sessions

export async function close(world: World, session: KnownSession, as: HardhatEthersSigner, verdict: number, dice: Dice) {
  if (dice.once(2)) return act(world, as, 'closeSession', [session.sessionId, verdict, NO_RECEIPT, '0x']);
  const receipt = await receiptOf(session.sessionId, {
    inputTokens: dice.pick([0, 1_000, 2 ** 32]),
    tokensPerSecondMilli: dice.pick([0, 25_000, 2 ** 32 - 1]),
  });
  const signature = await signatureOf(world, signerOf(world, session.provider), 'receipt', receipt);
  return act(world, as, 'closeSession', [session.sessionId, verdict, receipt, signature]);
}
