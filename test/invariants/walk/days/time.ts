import { ethers } from 'hardhat';
import type { BaseContract } from 'ethers';
import { DAY, HOUR, Op } from '../../../fixtures/market';
import { dayOf, enter, wait, type Handler, type Move } from '../moves';
import { count } from '../tally';
import { act, actOn, type World } from '../world';
import { daysIn } from './moves';

const EVERYTHING = ethers.MaxUint256 >> 128n;
const KEY_SECONDS = 80 * DAY;
/** Keys that are older than this are replaced [days]. */
const RENEW_DAYS = 8;

/** The emission of so many days arrives and is taken in. */
export async function receiveEmission(world: World, days: number): Promise<void> {
  const { computeMor } = await world.diamond.getScheduledEmission(dayOf(world.now));
  const mor = world.mor as unknown as BaseContract;
  await actOn(world, mor, world.deployer, 'mint', [world.address, computeMor * BigInt(days)]);
  await act(world, world.stranger, 'sync', []);
}

/** Hours or days go by; mostly the emission of the days that end arrives. */
const passTime: Handler = async (world, dice) => {
  const before = dayOf(world.now);
  await wait(world, dice.pick([HOUR, 6 * HOUR, 12 * HOUR, 30 * HOUR, 30 * HOUR, DAY]));
  const days = dayOf(world.now) - before;
  if (days > 0 && !dice.once(5)) await receiveEmission(world, days);
  return true;
};

/** Takes all there is in the seconds around the end of an hour, when the guard forgets the oldest. */
const huntBoundary: Handler = async (world, dice) => {
  const owed = owedIn(world);
  if (owed.length === 0) return false;
  const { name, address } = dice.pick(owed);
  const hour = (Math.floor(world.now / HOUR) + 1) * HOUR;
  let paidMor = 0n;
  for (const at of [hour - 1, hour, hour + 1]) {
    if (at <= world.now || !owedIn(world).some((each) => each.name === name && each.address === address)) continue;
    await act(world, world.stranger, name, [address, EVERYTHING], at);
    const { args } = world.last.find((event) =>
      event.name.startsWith(name === CLAIM ? 'SessionCredits' : 'RequestCredits'),
    )!;
    paidMor += args['paidMor'];
    if (args['leftMor'] > 0n) count(world.tally, 'guard bound');
  }
  return paidMor > 0n;
};

const CLAIM = 'claimSessionCredits';

function owedIn({ state }: World): { name: string; address: string }[] {
  const sessions = state.providers.filter(({ vestedMor }) => vestedMor > 0n);
  const requests = state.waiting.filter(({ waitingMor }) => waitingMor > 0n);
  return [
    ...sessions.map(({ address }) => ({ name: CLAIM, address })),
    ...requests.map(({ address }) => ({ name: 'collectRequestCredits', address })),
  ];
}

/** Whoever has an old key registers another and takes the old one back: what it signed before stays good. */
const renewKey: Handler = async (world, dice) => {
  const { market, routers } = daysIn(world);
  const { user, otherUser, provider, otherProvider } = market;
  const owner = dice.pick([user, otherUser, provider, otherProvider, ...routers]);
  const old = market.keys.get(owner.address)!;
  const { untilDay } = await world.diamond.getKey(old);
  if (Number(untilDay) > dayOf(world.now) + KEY_SECONDS / DAY - RENEW_DAYS) return false;
  if (!(await registerNewKey(world, owner))) return false;
  if (dice.once(2)) await act(world, await ethers.getSigner(owner.address), 'revokeKey', [old.address]);
  return true;
};

/** A key for an account of a walk, registered by it; false while registering is paused. */
export async function registerNewKey(world: World, owner: { address: string }): Promise<boolean> {
  const { market } = daysIn(world);
  const { protocol, domain } = market;
  const signer = await ethers.getSigner(owner.address);
  const key = new ethers.Wallet(ethers.id(`key of ${owner.address} at ${world.now}`));
  const validUntil = world.now + KEY_SECONDS;
  const message = protocol.keyRegistration(domain, {
    owner: protocol.parseAddress(owner.address),
    key: protocol.parseAddress(key.address),
    validUntil: BigInt(validUntil),
  });
  const args = [key.address, validUntil, await protocol.sign(key, message)];
  if (!(await enter(world, Op.Register, () => act(world, signer, 'registerKey', args)))) return false;
  (market.keys as Map<string, typeof key>).set(owner.address, key);
  return true;
}

export const TIMES: readonly Move[] = [
  { name: 'passTime', weight: 16, handler: passTime },
  { name: 'huntBoundary', weight: 4, handler: huntBoundary },
  { name: 'renewKey', weight: 4, handler: renewKey },
];
