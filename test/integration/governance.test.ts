import { expect } from 'chai';
import hre, { artifacts, deployments, ethers, getNamedAccounts, network } from 'hardhat';
import fc from 'fast-check';
import { ZeroAddress, ZeroHash, getAddress, getCreateAddress } from 'ethers';
import type { HardhatEthersSigner } from '@nomicfoundation/hardhat-ethers/signers';
import type { TimelockController } from '../../typechain-types/@openzeppelin/contracts/governance/TimelockController';
import { CutAction } from '../../scripts/diamond/cuts';
import { FACETS } from '../../scripts/diamond/facets';
import { deploymentRows } from '../../scripts/verify/deployment';
import { isDifferent } from '../../scripts/verify/row';
import { OpenZeppelin } from '../fixtures/errors';
import { DAY, HOUR, MOR, Op, Purpose, Verdict, fundedMarket, load, openMarket, time } from '../fixtures/market';
import { ownerOf } from '../fixtures/owner';
import { NO_RECEIPT } from '../fixtures/sessions';
import { WRITES, send, stagedMarket } from '../fixtures/writes';

const ALL_OPERATIONS = Op.Register | Op.Bid | Op.Open | Op.Commit;
const CUT_RUNS = Number(process.env['CUT_RUNS'] ?? 15);

const RULES = { slowerBps: 1, meanAnswers: 1, deltaBps: 1, commitIntervalSeconds: 1, commitThresholdMor: 1 };

/** Parameters as a stranger would like them. */
function foreignParameters(mor: string, stranger: string) {
  return {
    mor,
    guardian: stranger,
    delegateRegistry: stranger,
    providerMinimumMor: 1,
    subnetMinimumMor: 1,
    modelMinimumMor: 1,
    bidFeeMor: 1,
    minPricePerSecondMor: 1,
    maxPricePerSecondMor: 1,
    minPricePerTokenMor: 1,
    maxPricePerTokenMor: 1,
    budgetBps: 1,
    guardBps: 1,
    minOpenMor: 1,
    priorComputePaidMor: 1,
    computeBucket: 0,
    emission: [{ initialRewardMor: 1, rewardDecreaseMor: 1, payoutStartAt: 1, decreaseIntervalSeconds: 1 }],
    startPriceMor: 1,
    challengeRewardMor: 1,
    demandDepositMor: 1,
    launchDay: 2 ** 24 - 1,
    routerRules: RULES,
  };
}

/** Every call with which a stranger could want to take a contract of the deployment over, by name. */
async function attacksOf(stranger: HardhatEthersSigner): Promise<[string, string][]> {
  const { address } = stranger;
  const mor = await ethers.deployContract('FeeOnTransferMor', stranger);
  const { interface: init } = await ethers.getContractFactory('DiamondInit');
  const { interface: diamond } = await ethers.getContractAt('IYellowstone', ZeroAddress);
  const { interface: timelock } = await ethers.getContractFactory('TimelockController');
  const take = init.encodeFunctionData('initialise', [foreignParameters(await mor.getAddress(), address)]);
  const initAddress = (await deployments.get('DiamondInit')).address;
  const proposer = ethers.id('PROPOSER_ROLE');
  const onTimelock = (name: string, args: unknown[]): [string, string] => [
    `timelock ${name}`,
    timelock.encodeFunctionData(name, args),
  ];
  return [
    ['initialise', take],
    ...WRITES.filter(({ role }) => role !== undefined).map(({ name }): [string, string] => {
      const { inputs } = diamond.getFunction(name)!; // WRITES is held to the interface
      const args = name === 'diamondCut' ? [[], initAddress, take] : inputs.map(({ type }) => valueOf(type, address));
      return [name, diamond.encodeFunctionData(name, args)];
    }),
    ['acceptOwnership', diamond.encodeFunctionData('acceptOwnership')],
    onTimelock('grantRole', [ZeroHash, address]),
    onTimelock('grantRole', [proposer, address]),
    onTimelock('updateDelay', [0]),
    onTimelock('schedule', [address, 0, '0x', ZeroHash, ZeroHash, 0]),
    onTimelock('execute', [address, 0, '0x', ZeroHash, ZeroHash]),
  ];
}

/** A value of a type, in a stranger's favour where it is an address. */
function valueOf(type: string, stranger: string): unknown {
  if (type === 'address') return stranger;
  if (type === 'bytes32') return ZeroHash;
  return type.startsWith('tuple') ? RULES : 1; // the rules of routers are the only struct
}

/** Calls back after each contract that an account creates, until it is told to end. */
function betweenTransactions(creator: string, onCreated: (address: string) => Promise<void>): { end: () => void } {
  const provider = network.provider as unknown as Record<'send' | 'request', (...args: never[]) => Promise<unknown>>;
  const original = { send: provider.send, request: provider.request };
  let isBusy = false;
  const watch = async (method: string, params: unknown[] | undefined, go: () => Promise<unknown>) => {
    const answer = await go();
    const [tx] = (params ?? []) as { from?: string; to?: string }[];
    const isCreation = method === 'eth_sendTransaction' && tx?.to === undefined;
    if (isBusy || !isCreation || getAddress(tx?.from ?? ZeroAddress) !== getAddress(creator)) return answer;
    isBusy = true;
    const { contractAddress } = (await ethers.provider.getTransactionReceipt(answer as string))!; // mined at once
    await onCreated(contractAddress!); // a creation has one
    isBusy = false;
    return answer;
  };
  provider.send = ((method: string, params?: unknown[]) =>
    watch(method, params, () => original.send.call(provider, method as never, params as never))) as never;
  provider.request = ((args: { method: string; params?: unknown[] }) =>
    watch(args.method, args.params, () => original.request.call(provider, args as never))) as never;
  return { end: () => void Object.assign(provider, original) };
}

describe('scenarios of owner, guardian and upgrades', () => {
  it('scenario 24: strangers find nothing to initialise, at the diamond, at its parts, at its timelock [YS-050]', async () => {
    const market = await load(fundedMarket);
    const { diamond, stranger, timelock } = market;
    const init = await ethers.getContractAt('DiamondInit', (await deployments.get('DiamondInit')).address, stranger);
    const parameters = foreignParameters(await market.mor.getAddress(), stranger.address);
    const before = [await diamond.getPoolParameters(), await diamond.guardian(), await diamond.getBidFee()];
    const data = init.interface.encodeFunctionData('initialise', [parameters]);
    await expect(stranger.sendTransaction({ to: diamond, data })).to.be.revertedWithCustomError(
      diamond,
      'FunctionNotFound',
    );
    await init.getFunction('initialise')(parameters);
    expect([await diamond.getPoolParameters(), await diamond.guardian(), await diamond.getBidFee()]).to.deep.equal(
      before,
    );
    for (const { facet, serves } of FACETS) {
      const alone = await ethers.getContractAt(serves, (await deployments.get(facet)).address, stranger);
      for (const { name, role } of WRITES) {
        if (role !== 'owner' || !alone.interface.hasFunction(name)) continue;
        const args = await WRITES.find((each) => each.name === name)!.args({
          ...market,
          router: stranger,
          otherRouter: stranger,
        } as never);
        await expect(alone.getFunction(name)(...args), name)
          .to.be.revertedWithCustomError(diamond, 'OwnableUnauthorizedAccount')
          .withArgs(stranger.address);
      }
    }
    const admin = await timelock.DEFAULT_ADMIN_ROLE();
    expect(await timelock.hasRole(admin, timelock)).to.equal(true);
    expect(await timelock.hasRole(admin, market.deployer)).to.equal(false);
    await expect(timelock.connect(stranger).schedule(diamond, 0, '0x', ZeroHash, ZeroHash, 0))
      .to.be.revertedWithCustomError(OpenZeppelin, 'AccessControlUnauthorizedAccount')
      .withArgs(stranger.address, await timelock.PROPOSER_ROLE());
    await expect(timelock.connect(stranger).grantRole(admin, stranger)).to.be.reverted;
  });

  it('scenario 24: between any two transactions of the deployment strangers call everything and change nothing [YS-050]', async () => {
    // A fixture of its own, because the records of deployments are not part of a chain's snapshot.
    await load(() => fundedMarket());
    const [, , , , , , stranger] = await ethers.getSigners();
    const { deployer } = await getNamedAccounts();
    const attacks = await attacksOf(stranger!); // there are 40
    const created: string[] = [];
    const succeeded = new Set<string>();
    const attack = async (): Promise<void> => {
      const next = getCreateAddress({ from: deployer!, nonce: await ethers.provider.getTransactionCount(deployer!) });
      for (const to of [...created, next]) {
        for (const [name, data] of attacks) {
          const isDone = await stranger!.sendTransaction({ to, data }).then(
            () => true,
            () => false,
          );
          if (isDone && to !== next) succeeded.add(`${to} ${name}`);
        }
      }
    };
    const gaps = betweenTransactions(deployer!, async (address) => {
      created.push(address);
      await attack();
    });
    await deployments.run(['diamond'], { resetMemory: true, deletePreviousDeployments: false });
    gaps.end();

    expect(created.length, 'contracts of the deployment').to.be.greaterThan(FACETS.length + 3);
    const init = (await deployments.get('DiamondInit')).address;
    expect([...succeeded], 'writes nothing but its own storage').to.deep.equal([`${init} initialise`]);
    expect((await deploymentRows(hre)).filter(isDifferent)).to.deep.equal([]);
    const diamond = await ethers.getContractAt('IYellowstone', (await deployments.get('Diamond')).address);
    expect(await diamond.getFunction('owner')()).to.equal((await deployments.get('TimelockController')).address);
    expect(await diamond.getFunction('pendingOwner')()).to.equal(ZeroAddress);
  });

  it('scenario 24: nothing else in the contracts is an initialiser [YS-050]', async () => {
    const found: string[] = [];
    for (const name of await artifacts.getAllFullyQualifiedNames()) {
      if (!name.startsWith('contracts/') || name.startsWith('contracts/test/')) continue;
      const { abi } = await artifacts.readArtifact(name);
      for (const each of abi as { type: string; name?: string }[]) {
        if (each.type === 'function' && /init/i.test(each.name ?? '')) found.push(`${name}.${each.name}`);
      }
    }
    expect(found).to.deep.equal(['contracts/init/DiamondInit.sol:DiamondInit.initialise']);
  });

  it('scenario 25: after random cuts the loupe equals a model, and what breaks a rule changes nothing', async () => {
    const market = await load(fundedMarket);
    const diamond = market.diamond.connect(await ownerOf(market));
    const fixed = (await diamond.facets()).flatMap(({ facetAddress, functionSelectors }) =>
      functionSelectors.map((selector) => [selector, facetAddress] as const),
    );
    const facets = [...(await diamond.facetAddresses())].slice(0, 3);
    const targets = [...facets, market.stranger.address, ZeroAddress];
    const selectors = ['0xaaaaaaa1', '0xaaaaaaa2', '0xaaaaaaa3', '0xaaaaaaa4'];
    const cutsOf = fc.array(
      fc.record({
        facetAddress: fc.constantFrom(...facets, ...targets),
        action: fc.constantFrom(CutAction.Add, CutAction.Replace, CutAction.Remove),
        functionSelectors: fc.subarray(selectors),
      }),
      { minLength: 1, maxLength: 2 },
    );
    const wallet = market.stranger.address;
    const runOf = fc.record({ cuts: cutsOf, init: fc.constantFrom(ZeroAddress, ZeroAddress, ZeroAddress, wallet) });
    let [applied, refused, initsRefused] = [0, 0, 0];
    const model = new Map<string, string>();
    const predict = (cuts: { facetAddress: string; action: number; functionSelectors: string[] }[]) => {
      const next = new Map(model);
      for (const { facetAddress, action, functionSelectors } of cuts) {
        const isRemoval = action === CutAction.Remove;
        if (functionSelectors.length === 0) return undefined;
        if (isRemoval !== (facetAddress === ZeroAddress)) return undefined;
        if (facetAddress === wallet) return undefined;
        for (const selector of functionSelectors) {
          const present = next.get(selector);
          if ((action === CutAction.Add) !== (present === undefined)) return undefined;
          if (action === CutAction.Replace && present === facetAddress) return undefined;
          if (isRemoval) next.delete(selector);
          else next.set(selector, facetAddress);
        }
      }
      return next;
    };
    for (const { cuts, init } of fc.sample(runOf, { numRuns: CUT_RUNS * 20, seed: 25 })) {
      const next = predict(cuts);
      if (next !== undefined && init === wallet) {
        await expect(diamond.diamondCut(cuts, init, '0x'), 'init to a wallet')
          .to.be.revertedWithCustomError(diamond, 'NoCode')
          .withArgs(wallet);
        initsRefused += 1;
      } else if (next === undefined) {
        await expect(diamond.diamondCut(cuts, ZeroAddress, '0x')).to.be.reverted;
        refused += 1;
      } else {
        await diamond.diamondCut(cuts, ZeroAddress, '0x');
        model.clear();
        next.forEach((facet, selector) => model.set(selector, facet));
        applied += 1;
      }
      for (const selector of selectors) {
        expect(await diamond.facetAddress(selector)).to.equal(model.get(selector) ?? ZeroAddress);
      }
    }
    const table = (await diamond.facets()).flatMap(({ facetAddress, functionSelectors }) =>
      functionSelectors.map((selector) => `${selector} ${facetAddress}`),
    );
    expect(table.sort()).to.deep.equal([...fixed, ...model].map(([selector, facet]) => `${selector} ${facet}`).sort());
    expect([Math.min(applied, refused) > 5, initsRefused > 0]).to.deep.equal([true, true]);
  });

  it('scenario 26: parameters and cuts wait for the timelock, and nothing goes around it [YS-051]', async () => {
    const market = await load(openMarket);
    const { diamond, deployer, guardian } = market;
    const delay = 48 * HOUR;
    const timelock = (await ethers.deployContract('TimelockController', [
      delay,
      [deployer.address],
      [deployer.address],
      ZeroAddress,
    ])) as unknown as TimelockController;
    const run = async (data: string) => {
      const call = [diamond, 0, data, ZeroHash, ethers.id(data)] as const;
      await timelock.schedule(...call, delay);
      const readyAt = (await time.latest()) + delay;
      const id = await timelock.hashOperation(...call);
      await time.setNextBlockTimestamp(readyAt - 1);
      await expect(timelock.execute(...call))
        .to.be.revertedWithCustomError(OpenZeppelin, 'TimelockUnexpectedOperationState')
        .withArgs(id, '0x' + '4'.padStart(64, '0'));
      await time.setNextBlockTimestamp(readyAt);
      return timelock.execute(...call);
    };
    const encode = (name: 'acceptOwnership' | 'setPoolParameters' | 'diamondCut', args: unknown[]) =>
      diamond.interface.encodeFunctionData(name as never, args as never);
    await diamond.connect(await ownerOf(market)).transferOwnership(timelock);
    await run(encode('acceptOwnership', []));
    expect(await diamond.owner()).to.equal(await timelock.getAddress());

    for (const account of [deployer, guardian, await ownerOf(market)]) {
      await expect(diamond.connect(account).setPoolParameters(1, 1, 1))
        .to.be.revertedWithCustomError(diamond, 'OwnableUnauthorizedAccount')
        .withArgs(account.address);
    }
    const change = encode('setPoolParameters', [50, 60, 7]);
    await expect(timelock.schedule(diamond, 0, change, ZeroHash, ZeroHash, delay - 1)).to.be.revertedWithCustomError(
      timelock,
      'TimelockInsufficientDelay',
    );
    await expect(run(change)).to.emit(diamond, 'PoolParametersChanged').withArgs(100, 50, 100, 60, MOR, 7);

    const facet = await ethers.deployContract('ClaimFacet');
    const functionSelectors = [
      ...(await diamond.facetFunctionSelectors((await deployments.get('ClaimFacet')).address)),
    ];
    const facetAddress = await facet.getAddress();
    const cut = [{ facetAddress, action: CutAction.Replace, functionSelectors }];
    await expect(run(encode('diamondCut', [cut, ZeroAddress, '0x']))).to.emit(diamond, 'DiamondCut');
    expect(await diamond.facetFunctionSelectors(facetAddress)).to.deep.equal(functionSelectors);
    await expect(diamond.connect(guardian).pause(Op.Open), 'pausing does not wait').to.emit(diamond, 'Paused');
  });

  it('scenario 27: paused at every state every exit works, entries are refused, and the pause ends by itself [YS-022] [YS-052]', async () => {
    const market = await load(stagedMarket);
    const { diamond, guardian, user, provider, otherProvider } = market;
    await diamond.connect(guardian).pause(ALL_OPERATIONS);
    const { until } = await diamond.pauseState();
    for (const write of WRITES.filter(({ pausedBy }) => pausedBy !== undefined)) {
      await expect(send(market, write), write.name)
        .to.be.revertedWithCustomError(diamond, 'OperationPaused')
        .withArgs(write.pausedBy, until);
    }
    const asProvider = diamond.connect(provider);
    const exits: [string, () => Promise<unknown>][] = [
      [
        'close a direct session',
        () => diamond.connect(user).closeSession(market.directSessionId, Verdict.Fail, NO_RECEIPT, '0x'),
      ],
      [
        'close a pool session',
        () => diamond.connect(user).closeSession(market.openSessionId, Verdict.Pass, NO_RECEIPT, '0x'),
      ],
      ['unstake', () => diamond.connect(user).unstake(Purpose.Session, 4_000n * MOR)],
      ['withdraw what is due', () => diamond.connect(user).withdrawStake()],
      ['claim', () => diamond.claimSessionCredits(provider, MOR)],
      ['withdraw direct earnings', () => diamond.withdrawDirect(provider)],
      ['delete a bid', () => asProvider.deleteModelBid(market.bidId)],
      ['retire a model', () => asProvider.modelRetire(market.modelId)],
      ['take a model back', () => asProvider.modelDeregister(market.modelId)],
      ['leave as a provider', () => diamond.connect(otherProvider).providerDeregister(otherProvider)],
      ['leave with exposed stake', () => asProvider.providerDeregister(provider)],
      ['sync', () => diamond.sync()],
    ];
    for (const [, exit] of exits) await exit();
    await time.increase(2 * DAY);
    await diamond.connect(user).withdrawStake();
    expect((await diamond.getStake(user, Purpose.Session)).activeMor).to.equal(0n);
    expect([...(await diamond.getUnstaking(user))]).to.deep.equal([0n, 0n, 0n, 0n, 0n]);
    await time.increaseTo(until);
    await expect(diamond.connect(user).stake(Purpose.Session, MOR)).to.emit(diamond, 'Staked');
  });
});
