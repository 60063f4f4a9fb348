import { deployments, ethers } from 'hardhat';
import { impersonateAccount, setBalance, time } from '@nomicfoundation/hardhat-network-helpers';
import type { HardhatEthersSigner } from '@nomicfoundation/hardhat-ethers/signers';
import type { Contract } from 'ethers';
import type { ComputeMarket } from '../../fixtures/compute';
import selectors from '../../../snapshots/selectors.json';
import { delegateTo } from '../../fixtures/delegation';
import { CID, DAY, ENDPOINT, MODEL_NAME, MOR, PRICE_MOR, Purpose, Verdict } from '../../fixtures/market';
import { ownerOf } from '../../fixtures/owner';
import { loadProtocol, type Protocol } from '../../fixtures/protocol';
import { NO_RECEIPT, termsOf } from '../../fixtures/sessions';
import { reenteringMarket, type TokenMarket } from '../../fixtures/tokens';
import { walletOf } from '../../fixtures/wallets';
import { guardedCallsOf, type GuardedCall } from './guarded-calls';
import { createReader, type Reader } from './reader';
import { createRehearsal, type Rehearsal } from './rehearsal';
import { signatureOf } from './signing';

/** Who and what a walk moves in. The third provider and the third user are contract wallets. */
export interface Stage extends TokenMarket {
  readonly address: string;
  readonly tokenAddress: string;
  readonly owner: HardhatEthersSigner;
  readonly providers: readonly HardhatEthersSigner[];
  readonly users: readonly HardhatEthersSigner[];
  /** The contract behind the third provider. */
  readonly wallet: Contract;
  readonly protocol: Protocol;
  readonly rehearsal: Rehearsal;
  readonly reader: Reader;
  readonly tokenReader: Reader;
  /** What only the owner or the guardian may do, and what nobody may. */
  readonly guardedCalls: readonly GuardedCall[];
  /** Names of the facets by address; those that upgrades bring have the same code at another address. */
  readonly facets: ReadonlyMap<string, string>;
  /** Routers, keys and token bids, where a walk goes through day books too. */
  readonly compute?: ComputeMarket;
  /** Everything the diamond said before the walk. */
  readonly history: readonly ChainLog[];
}

export interface ChainLog {
  readonly address: string;
  readonly topics: readonly string[];
  readonly data: string;
  readonly t: number;
}

/** Functions by facet, as committed. */
export const COMMITTED: Readonly<Record<string, { readonly facet: string }>> = selectors;
/** Facets that upgrades of the walk replace. */
export const UPGRADED = ['PoolFacet', 'ClaimFacet', 'StakeFacet', 'AccessFacet', 'DayBookFacet'] as const;

const FUNDS_MOR = 2_000_000n * MOR;

/** The deployment with a token that calls back, three providers, three users, two models, delegates of the first. */
export async function walkStage(): Promise<Stage> {
  const market = await reenteringMarket();
  const { diamond, mor, provider, otherProvider, user, otherUser, delegate } = market;
  const [providerWallet, userWallet] = [await walletOf(market), await walletOf(market)];
  const providers = [provider, otherProvider, await signerAt(providerWallet.address)];
  const users = [user, otherUser, await signerAt(userWallet.address)];
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
  await diamond.connect(providers[2]!).providerRegister(providers[2]!, 50n * MOR, ENDPOINT);
  await diamond.connect(providers[2]!).postModelBid(providers[2]!, market.modelId, PRICE_MOR * 2n);
  await delegateTo(market, user, delegate, 'SESSION');
  await delegateTo(market, provider, delegate, 'PROVIDER');
  await delegateTo(market, provider, delegate, 'MARKETPLACE');
  // For the mood in which it is a signer only while the diamond is locked.
  await providerWallet.contract.getFunction('setRead')(diamond, diamond.interface.encodeFunctionData('getPool'));
  const [address, tokenAddress] = [await diamond.getAddress(), await market.token.getAddress()];
  return {
    ...market,
    address,
    tokenAddress,
    owner: await ownerOf(market),
    providers,
    users,
    wallet: providerWallet.contract,
    protocol: await loadProtocol(),
    rehearsal: await createRehearsal(),
    reader: createReader(address, diamond.interface),
    tokenReader: createReader(tokenAddress, mor.interface),
    guardedCalls: await guardedCallsOf(market),
    facets: await facetsOf(),
    history: await historyOf(address),
  };
}

/** Days on which nobody claimed. */
const BACKLOG_DAYS = 6;
/** Stake of each user, so that all of them hold most of the supply [MOR-wei]. */
const CROWD_MOR = 18_000_000n * MOR;

/**
 * Most MOR is staked and used on six days, no emission came, and all credits have vested: providers are owed several
 * times what the guard lets out in a day.
 */
export async function backlogStage(stage: Stage): Promise<Stage> {
  const { diamond, mor, modelId, providers, users } = stage;
  const priceMor = PRICE_MOR * 500n;
  const [bidIds, sessionIds]: [string[], string[]] = [[], []];
  for (const provider of providers) {
    bidIds.push(await diamond.connect(provider).postModelBid.staticCall(provider, modelId, priceMor));
    await diamond.connect(provider).postModelBid(provider, modelId, priceMor);
  }
  for (const user of users) {
    await mor.mint(user, CROWD_MOR);
    await diamond.connect(user).stake(Purpose.Session, CROWD_MOR);
  }
  for (let i = 0; i < BACKLOG_DAYS * users.length; i++) {
    const [user, who] = [users[i % users.length]!, i % providers.length];
    if (who === 0) await time.increase(DAY);
    const { remainingMor } = await diamond.getStake(user, Purpose.Session);
    const { request, approval } = await termsOf(
      { ...stage, bidId: bidIds[who]!, priceMor },
      {
        request: { durationSeconds: remainingMor / priceMor },
        // Walks count their approvals from 0.
        approval: { user: user.address, nonce: 1_000_000 + i },
      },
    );
    const signature = await signatureOf(stage, providers[who]!, 'approval', approval);
    const sessionId = await diamond.connect(user).openSession.staticCall(request, approval, signature);
    await diamond.connect(user).openSession(request, approval, signature);
    sessionIds.push(sessionId);
  }
  await time.increase(DAY);
  for (const sessionId of sessionIds) await diamond.closeSession(sessionId, Verdict.None, NO_RECEIPT, '0x');
  await time.increase(2 * DAY);
  return { ...stage, history: await historyOf(stage.address) };
}

/** An account, also that of a contract, as a signer with ether. */
async function signerAt(address: string): Promise<HardhatEthersSigner> {
  await impersonateAccount(address);
  await setBalance(address, ethers.parseEther('100'));
  return ethers.getSigner(address);
}

/** All facets by address, deployed ones and those for upgrades; throws if one has no code. */
async function facetsOf(): Promise<ReadonlyMap<string, string>> {
  const facets = new Map<string, string>();
  for (const name of new Set(Object.values(COMMITTED).map(({ facet }) => facet))) {
    facets.set((await deployments.get(name)).address, name);
  }
  for (const name of UPGRADED) facets.set(await (await ethers.deployContract(name)).getAddress(), name);
  for (const [address, name] of facets) {
    if ((await ethers.provider.getCode(address)) === '0x') throw new Error(`${name} at ${address} has no code`);
  }
  return facets;
}

/** Everything the diamond said so far. */
export async function historyOf(address: string): Promise<ChainLog[]> {
  const logs = await ethers.provider.getLogs({ fromBlock: 0, toBlock: 'latest', address });
  const times = new Map<number, number>();
  for (const { blockNumber } of logs) {
    if (!times.has(blockNumber)) times.set(blockNumber, (await ethers.provider.getBlock(blockNumber))!.timestamp);
  }
  return logs.map(({ address: from, topics, data, blockNumber }) => ({
    address: from,
    topics,
    data,
    t: times.get(blockNumber)!, // read above
  }));
}
