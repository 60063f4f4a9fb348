import { network } from 'hardhat';
import type { HardhatEthersSigner } from '@nomicfoundation/hardhat-ethers/signers';
import { time } from '@nomicfoundation/hardhat-network-helpers';
import type { BaseContract, Interface, LogDescription } from 'ethers';
import { daysOf, learnOfBooks, type Days } from './days/books';
import { rehearse, type Rehearsed } from './exits';
import { guardModelOf, type GuardModel } from './guard-model';
import type { ChainLog, Stage } from './stage';
import { stateOf, type State } from './state';
import { count, type Tally } from './tally';

export interface KnownBid {
  readonly bidId: string;
  readonly provider: string;
  readonly modelId: string;
  readonly unit: bigint;
  readonly priceMor: bigint;
  readonly postedAt: number;
  isDeleted: boolean;
}

export interface KnownSession {
  readonly sessionId: string;
  readonly user: string;
  readonly provider: string;
  readonly bidId: string;
  readonly costMor: bigint;
  readonly openedAt: number;
  readonly durationSeconds: number;
  readonly isDirect: boolean;
  readonly isDisputable: boolean;
  isOpen: boolean;
  /** What came back at the close [MOR-wei]. */
  returnedMor: bigint;
  /** What the provider is promised: the cost, less what the close took off [MOR-wei]. */
  creditedMor: bigint;
  /** When the credits count as earned: the end, or the close before it [s]. */
  earnedAt: number;
}

export interface PoolEvent {
  readonly t: bigint;
  readonly kind: 'receive' | 'credit' | 'draw';
  readonly amount: bigint;
}

/** What the walk knows from events alone; the checks hold the diamond's reads against it. */
export interface World extends Stage {
  now: number;
  readonly bids: Map<string, KnownBid>;
  readonly sessions: Map<string, KnownSession>;
  readonly models: Set<string>;
  readonly pool: PoolEvent[];
  readonly guard: GuardModel;
  /** What claims paid to each provider [MOR-wei]. */
  readonly claimedMor: Map<string, bigint>;
  readonly openedDays: Set<number>;
  /** Day books, where the walk goes through them too. */
  readonly days: Days | undefined;
  /** Accounts and budget as they were last seen on each day. */
  readonly lastOfDay: Map<number, Pick<State, 'accounts' | 'today'>>;
  /** MOR that arrived by plain transfer and was not synced [MOR-wei]. */
  donatedMor: bigint;
  /** Events of the last call. */
  last: readonly LogDescription[];
  lastTransfers: readonly { from: string; to: string; amountMor: bigint }[];
  /** How the calls ended that the token made in the middle of the last call. */
  lastReentries: readonly { readonly ok: boolean; readonly answer: string }[];
  /** What the campaign counts, and its refusals by error. */
  readonly tally: Tally;
  readonly refused: Tally;
  /** What was done, for the report of a failure. */
  readonly trace: string[];
  /** The diamond after the last call. */
  state: State;
  /** How it went when everybody left after the last call, in a call that leaves nothing behind. */
  rehearsed: Rehearsed;
  /** True when the walk is over and everything is looked at once more. */
  isLast: boolean;
  /** Runs after every call, refused or not. */
  afterCall: () => Promise<void>;
}

/** A call was refused; `error` is the name of the custom error. */
export class Refused extends Error {
  constructor(
    readonly error: string,
    call: string,
  ) {
    super(`${call} was refused: ${error}`);
  }
}

/** The world at the start of a walk. */
export async function worldOf(stage: Stage, tallies: Pick<World, 'tally' | 'refused'>): Promise<World> {
  const world: World = {
    ...stage,
    now: await time.latest(),
    bids: new Map(),
    sessions: new Map(),
    models: new Set(),
    pool: [],
    guard: guardModelOf(stage.protocol),
    claimedMor: new Map(),
    openedDays: new Set(),
    days: stage.compute === undefined ? undefined : daysOf(stage.compute),
    lastOfDay: new Map(),
    donatedMor: 0n,
    last: [],
    lastTransfers: [],
    lastReentries: [],
    ...tallies,
    trace: [],
    isLast: false,
    state: undefined as never,
    rehearsed: undefined as never,
    afterCall: () => Promise.resolve(),
  };
  for (const log of stage.history) {
    const event = stage.diamond.interface.parseLog({ topics: [...log.topics], data: log.data });
    if (event !== null) learn(world, event, log.t);
  }
  await look(world);
  return world;
}

/** Reads the diamond and rehearses that everybody leaves. */
export async function look(world: World): Promise<void> {
  world.state = await stateOf(world);
  world.lastOfDay.set(world.state.day, world.state);
  world.rehearsed = await rehearse(world);
}

/** Sends a call of the diamond at the next second, or at `at`, and learns from its events. */
export async function act(
  world: World,
  as: HardhatEthersSigner,
  name: string,
  args: readonly unknown[],
  at = world.now + 1,
): Promise<void> {
  await actOn(world, world.diamond as unknown as BaseContract, as, name, args, at);
}

/** The same for another contract. */
export async function actOn(
  world: World,
  contract: BaseContract,
  as: HardhatEthersSigner,
  name: string,
  args: readonly unknown[],
  at = world.now + 1,
): Promise<void> {
  const call = `${at} ${name}(${args.map(textOf).join(', ')}) by ${as.address.slice(0, 6)}`;
  world.trace.push(call);
  const data = contract.interface.encodeFunctionData(name, args);
  const to = await contract.getAddress();
  const tx = { from: as.address, to, data, gas: '0x989680', gasPrice: '0x77359400' };
  await network.provider.send('evm_setNextBlockTimestamp', [at]);
  world.now = at;
  world.last = [];
  world.lastTransfers = [];
  world.lastReentries = [];
  let hash: string;
  try {
    hash = (await network.provider.send('eth_sendTransaction', [tx])) as string;
  } catch (error) {
    const name = errorNameOf(world.diamond.interface, error);
    count(world.refused, name);
    await world.afterCall();
    throw new Refused(name, call);
  }
  const { logs } = (await network.provider.send('eth_getTransactionReceipt', [hash])) as { logs: ChainLog[] };
  const eventsOf = (address: string, parser: Interface): LogDescription[] =>
    logs
      .filter((log) => log.address.toLowerCase() === address.toLowerCase())
      .map((log) => parser.parseLog({ topics: [...log.topics], data: log.data })!);
  const events = eventsOf(world.address, world.diamond.interface);
  const tokenEvents = eventsOf(world.tokenAddress, world.token.interface);
  world.last = events;
  world.lastTransfers = tokenEvents
    .filter((event) => event.name === 'Transfer')
    .map(({ args: [from, receiver, amount] }) => ({ from, to: receiver, amountMor: amount as bigint }));
  world.lastReentries = tokenEvents
    .filter((event) => event.name === 'Reentered')
    .map(({ args: [, ok, answer] }) => ({ ok, answer }));
  count(world.tally, 're-entries refused', world.lastReentries.filter(({ ok }) => !ok).length);
  events.forEach((event) => learn(world, event, at));
  await world.afterCall();
}

/** Takes an event into what is known. */
function learn(world: World, event: LogDescription, t: number): void {
  const { name, args } = event;
  world.guard.learn(event, t);
  if (world.days !== undefined) learnOfBooks(world.days, event);
  if (name === 'EmissionReceived') world.pool.push({ t: BigInt(t), kind: 'receive', amount: args['amountMor'] });
  if (name === 'PoolCredited') world.pool.push({ t: BigInt(t), kind: 'credit', amount: args['amountMor'] });
  if (name === 'PoolPaid') world.pool.push({ t: BigInt(t), kind: 'draw', amount: args['amountMor'] });
  if (name === 'DayOpened') world.openedDays.add(Number(args['day']));
  if (name === 'SessionCreditsClaimed') {
    const { provider, paidMor } = args.toObject();
    world.claimedMor.set(provider, (world.claimedMor.get(provider) ?? 0n) + paidMor);
  }
  if (name === 'ModelUpdated') world.models.add(args['modelId']);
  if (name === 'BidDeleted') world.bids.get(args['bidId'])!.isDeleted = true;
  if (name === 'BidPosted') {
    const { bidId, provider, modelId, unit, priceMor } = args.toObject();
    world.bids.set(bidId, { bidId, provider, modelId, unit, priceMor, postedAt: t, isDeleted: false });
  }
  if (name === 'SessionOpened') pendingUser = args['user'];
  if (name === 'SessionBooked') {
    const { sessionId, bidId, costMor, durationSeconds, payment, isDisputable } = args.toObject();
    world.sessions.set(sessionId, {
      sessionId,
      user: pendingUser,
      provider: world.bids.get(bidId)!.provider,
      bidId,
      costMor,
      openedAt: t,
      durationSeconds: Number(durationSeconds),
      isDirect: payment === 1n,
      isDisputable,
      isOpen: true,
      returnedMor: 0n,
      creditedMor: costMor,
      earnedAt: t + Number(durationSeconds),
    });
  }
  if (name === 'SessionSettled') {
    const session = world.sessions.get(args['sessionId'])!;
    session.isOpen = false;
    session.returnedMor = args['returnedMor'];
    session.creditedMor = args['creditedMor'];
    session.earnedAt = Math.min(session.earnedAt, t);
  }
}

/** `SessionOpened` names the user, `SessionBooked` right behind it the rest. */
let pendingUser = '';

function errorNameOf(errors: Interface, thrown: unknown): string {
  const { data, message } = thrown as { data?: string | { data?: string }; message?: string };
  const raw = typeof data === 'string' ? data : data?.data;
  if (raw === undefined || raw === '0x') return message ?? 'unknown';
  return errors.parseError(raw)?.name ?? `unknown ${raw.slice(0, 10)} ${message}`;
}

function textOf(arg: unknown): string {
  if (Array.isArray(arg)) return `[${arg.map(textOf).join(', ')}]`;
  if (typeof arg === 'object' && arg !== null) return `{${Object.values(arg).map(textOf).join(', ')}}`;
  const text = String(arg);
  return text.length > 42 ? `${text.slice(0, 10)}…` : text;
}
