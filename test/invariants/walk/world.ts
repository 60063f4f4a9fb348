import { ethers, network } from 'hardhat';
import type { HardhatEthersSigner } from '@nomicfoundation/hardhat-ethers/signers';
import { time } from '@nomicfoundation/hardhat-network-helpers';
import type { BaseContract, Interface, LogDescription } from 'ethers';
import { deployBatchReader } from '../../fixtures/batch';
import { CID, ENDPOINT, MODEL_NAME, MOR, openMarket, PRICE_MOR, type OpenMarket } from '../../fixtures/market';
import { delegateTo } from '../../fixtures/delegation';
import { ownerOf } from '../../fixtures/owner';
import { stateOf, type State } from './checks';
import { loadProtocol, type Protocol } from '../../fixtures/protocol';

/** Who and what a walk moves in. */
export interface Stage extends OpenMarket {
  readonly address: string;
  readonly owner: HardhatEthersSigner;
  readonly providers: readonly HardhatEthersSigner[];
  readonly users: readonly HardhatEthersSigner[];
  readonly protocol: Protocol;
  /** Everything the diamond said before the walk. */
  readonly history: readonly ChainLog[];
}

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
  /** MOR that arrived by plain transfer and was not synced [MOR-wei]. */
  donatedMor: bigint;
  /** Events of the last call. */
  last: readonly LogDescription[];
  lastTransfers: readonly { from: string; to: string; amountMor: bigint }[];
  /** What was done, for the report of a failure. */
  readonly trace: string[];
  /** The diamond after the last call. */
  state: State;
  /** Runs after every call, refused or not. */
  afterCall: () => Promise<void>;
}

export interface ChainLog {
  readonly address: string;
  readonly topics: readonly string[];
  readonly data: string;
  readonly t: number;
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

const FUNDS_MOR = 2_000_000n * MOR;

/** An open market with three providers, three users, a second model, and a delegate of the first of each. */
export async function walkStage(): Promise<Stage> {
  const market = await openMarket();
  const { diamond, mor, provider, otherProvider, user, otherUser, delegate, rest } = market;
  const providers = [provider, otherProvider, rest[0]!];
  const users = [user, otherUser, rest[1]!];
  for (const account of [...providers, ...users]) {
    await mor.mint(account, FUNDS_MOR);
    await mor.connect(account).approve(diamond, ethers.MaxUint256);
  }
  await mor.mint(market.stranger, FUNDS_MOR);
  await diamond.connect(otherProvider).providerRegister(otherProvider, 5n * MOR, ENDPOINT);
  await diamond
    .connect(otherProvider)
    .modelRegister(otherProvider, ethers.ZeroHash, CID, 0, MOR, MODEL_NAME, ['second']);
  await diamond.connect(otherProvider).postModelBid(otherProvider, market.modelId, PRICE_MOR * 3n);
  await delegateTo(market, user, delegate, 'SESSION');
  await delegateTo(market, provider, delegate, 'PROVIDER');
  await delegateTo(market, provider, delegate, 'MARKETPLACE');
  await deployBatchReader();
  const address = await diamond.getAddress();
  const logs = await ethers.provider.getLogs({ fromBlock: 0, toBlock: 'latest', address });
  const times = new Map<number, number>();
  for (const { blockNumber } of logs) {
    if (!times.has(blockNumber)) times.set(blockNumber, (await ethers.provider.getBlock(blockNumber))!.timestamp);
  }
  const history = logs.map(({ address: from, topics, data, blockNumber }) => ({
    address: from,
    topics,
    data,
    t: times.get(blockNumber)!,
  }));
  const owner = await ownerOf(market);
  return { ...market, address, owner, providers, users, protocol: await loadProtocol(), history };
}

/** The world at the start of a walk. */
export async function worldOf(stage: Stage): Promise<World> {
  const world: World = {
    ...stage,
    now: await time.latest(),
    bids: new Map(),
    sessions: new Map(),
    models: new Set(),
    pool: [],
    donatedMor: 0n,
    last: [],
    lastTransfers: [],
    trace: [],
    state: undefined as never,
    afterCall: () => Promise.resolve(),
  };
  for (const log of stage.history) {
    const event = stage.diamond.interface.parseLog({ topics: [...log.topics], data: log.data });
    if (event !== null) learn(world, event, log.t);
  }
  world.state = await stateOf(world);
  return world;
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
  let hash: string;
  try {
    hash = (await network.provider.send('eth_sendTransaction', [tx])) as string;
  } catch (error) {
    await world.afterCall();
    throw new Refused(errorNameOf(world.diamond.interface, error), call);
  }
  const { logs } = (await network.provider.send('eth_getTransactionReceipt', [hash])) as { logs: ChainLog[] };
  const mor = (await world.mor.getAddress()).toLowerCase();
  const events = logs
    .filter((log) => log.address.toLowerCase() === world.address.toLowerCase())
    .map((log) => world.diamond.interface.parseLog({ topics: [...log.topics], data: log.data })!);
  world.last = events;
  world.lastTransfers = logs
    .filter((log) => log.address.toLowerCase() === mor)
    .map((log) => world.mor.interface.parseLog({ topics: [...log.topics], data: log.data })!)
    .filter((event) => event.name === 'Transfer')
    .map(({ args: [from, receiver, amount] }) => ({ from, to: receiver, amountMor: amount as bigint }));
  events.forEach((event) => learn(world, event, at));
  await world.afterCall();
}

/** Takes an event into what is known. */
function learn(world: World, event: LogDescription, t: number): void {
  const { name, args } = event;
  if (name === 'EmissionReceived') world.pool.push({ t: BigInt(t), kind: 'receive', amount: args['amountMor'] });
  if (name === 'PoolCredited') world.pool.push({ t: BigInt(t), kind: 'credit', amount: args['amountMor'] });
  if (name === 'PoolPaid') world.pool.push({ t: BigInt(t), kind: 'draw', amount: args['amountMor'] });
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
    });
  }
  if (name === 'SessionSettled') {
    const session = world.sessions.get(args['sessionId'])!;
    session.isOpen = false;
    session.returnedMor = args['returnedMor'];
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
