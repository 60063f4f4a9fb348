import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { artifacts, ethers } from 'hardhat';
import { expect } from 'chai';
import { ContractFactory, HDNodeWallet, type JsonRpcProvider } from 'ethers';
import { arbitrum } from '../../deploy/config/arbitrum';
import type { DevMor } from '../../typechain-types/contracts/test/DevMor';
import type { IYellowstone } from '../../typechain-types/contracts/interfaces/IYellowstone';
import { runHardhat, serveChain, type Ended, type ServedChain } from '../fixtures/hardhat-process';
import { BASE_MODEL_ID, CID, ENDPOINT, HOUR, MODEL_NAME, MOR, Payment, PRICE_MOR, Verdict } from '../fixtures/market';
import { APPROVAL_TYPES, NO_RECEIPT, SESSION_SECONDS } from '../fixtures/sessions';

const ARBITRUM_CHAIN_ID = 42_161;
const DEV_PHRASE = 'test test test test test test test test test test test junk';
const FUNDS_MOR = 1_000_000n * MOR;
const POOL_MOR = 300_000n * MOR;
/** Where OpenZeppelin's token keeps balances and supply. */
const BALANCES_SLOT = 0;
const SUPPLY_SLOT = 2;
const SETUP_MS = 120_000;

const walletOf = (index: number, provider?: JsonRpcProvider): HDNodeWallet => {
  const wallet = HDNodeWallet.fromPhrase(DEV_PHRASE, undefined, `m/44'/60'/0'/0/${index}`);
  return provider === undefined ? wallet : wallet.connect(provider);
};
const [deployer, guardian, proposer, provider, user] = [0, 1, 2, 3, 4].map((index) => walletOf(index)) as [
  HDNodeWallet,
  HDNodeWallet,
  HDNodeWallet,
  HDNodeWallet,
  HDNodeWallet,
];

describe('deployment onto a fork of Arbitrum', function () {
  this.timeout(SETUP_MS);
  let folder: string;
  let live: ServedChain;
  let fork: ServedChain;
  let hardhat: (...args: string[]) => Promise<Ended>;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'yellowstone-fork-'));
    const local = {
      YELLOWSTONE_CHAIN_ID: String(ARBITRUM_CHAIN_ID),
      YELLOWSTONE_DEPLOYMENTS: join(folder, 'deployments'),
    };
    live = await serveChain([], local);
    await playArbitrum(live.provider);
    fork = await serveChain(['--fork', live.url], local);
    await fork.provider.send('evm_mine', []);
    const env = {
      ...local,
      ARBITRUM_RPC_URL: fork.url,
      DEPLOYER_PRIVATE_KEY: deployer.privateKey,
      GUARDIAN_ADDRESS: guardian.address,
      PROPOSER_ADDRESS: proposer.address,
    };
    hardhat = (...args) => runHardhat([...args, '--network', 'arbitrum'], env);
  });

  after(async () => {
    await fork?.stop();
    await live?.stop();
    await rm(folder, { recursive: true });
  });

  it('deploys with the configuration of Arbitrum', async () => {
    const { code, output } = await hardhat('deploy', '--no-compile');
    expect(code, output).to.equal(0);
    expect(output).to.include('deploying "Diamond"').and.not.include('deploying "DevMor"');
  });

  it('says nothing to do when it runs again', async () => {
    const sent = await fork.provider.getTransactionCount(deployer);
    const { code, output } = await hardhat('deploy', '--no-compile');
    expect(code, output).to.equal(0);
    expect(output).to.include('nothing to do: the diamond at').and.not.include('deploying');
    expect(await fork.provider.getTransactionCount(deployer)).to.equal(sent);
  });

  it('passes verify:deployment', async () => {
    const { code, output } = await hardhat('verify:deployment', '--no-compile');
    expect(code, output).to.equal(0);
    expect(output).to.include(arbitrum.mor!.toLowerCase()).and.include(' 0 different');
    expect(output).to.match(/ok +timelock delay \[s\] +172800/);
  });

  it('prepares the explorer', async () => {
    const { code, output } = await hardhat('verify:source');
    expect(code, output).to.equal(0);
    const files = await readdir(join(folder, 'deployments', 'arbitrum', 'verify'));
    expect(files).to.include.members(['Diamond.json', 'TimelockController.json', 'PoolFacet.json', 'contracts.json']);
  });

  it('leaves scheduling to the proposer when the deployer is none', async () => {
    const { code, output } = await hardhat('upgrade', 'propose', '--no-compile', '--call', 'sync()');
    expect(code, output).to.equal(0);
    expect(output).to.include('no account of this machine is a proposer of the timelock').and.include('data: 0x');
  });

  it('opens and closes a session', async () => {
    const { address } = JSON.parse(
      await readFile(join(folder, 'deployments', 'arbitrum', 'Yellowstone.json'), 'utf8'),
    ) as { address: string };
    await tradeOn(fork.provider, address);
  });
});

/** MOR with balances and the delegate registry, each at its address. */
async function playArbitrum(chain: JsonRpcProvider): Promise<void> {
  const mor = arbitrum.mor!; // the configuration of a live network names it
  await chain.send('hardhat_setCode', [mor, await codeOf(chain, 'DevMor')]);
  await chain.send('hardhat_setCode', [arbitrum.delegateRegistry, await codeOf(chain, 'LocalDelegateRegistry')]);
  const word = (amountMor: bigint): string => ethers.toBeHex(amountMor, 32);
  for (const { address } of [provider, user]) {
    const slot = ethers.solidityPackedKeccak256(['uint256', 'uint256'], [address, BALANCES_SLOT]);
    await chain.send('hardhat_setStorageAt', [mor, slot, word(FUNDS_MOR)]);
  }
  await chain.send('hardhat_setStorageAt', [mor, ethers.toQuantity(SUPPLY_SLOT), word(2n * FUNDS_MOR)]);
  await chain.send('evm_mine', []);
}

/** Runtime code with the immutables of a construction by the deployer. */
async function codeOf(chain: JsonRpcProvider, name: string): Promise<string> {
  const { abi, bytecode } = await artifacts.readArtifact(name);
  const contract = await new ContractFactory(abi, bytecode, deployer.connect(chain)).deploy();
  await contract.waitForDeployment();
  return chain.getCode(contract);
}

/** A provider offers a model, a user buys time on it and gives it back. */
async function tradeOn(chain: JsonRpcProvider, address: string): Promise<void> {
  const at = async <T>(name: string, where: string, as: HDNodeWallet): Promise<T> =>
    (await ethers.getContractAt(name, where, as.connect(chain))) as unknown as T;
  const asProvider = await at<IYellowstone>('IYellowstone', address, provider);
  const asUser = await at<IYellowstone>('IYellowstone', address, user);
  const mor = await at<DevMor>('DevMor', arbitrum.mor!, provider); // as above
  await (await mor.transfer(address, POOL_MOR)).wait();
  await (await mor.approve(address, FUNDS_MOR)).wait();
  await (await mor.connect(user.connect(chain)).approve(address, FUNDS_MOR)).wait();

  await (await asProvider.providerRegister(provider, 100n * MOR, ENDPOINT)).wait();
  await (await asProvider.modelRegister(provider, BASE_MODEL_ID, CID, 0, MOR, MODEL_NAME, ['llm'])).wait();
  const modelId = await asProvider.getModelId(provider, BASE_MODEL_ID);
  await (await asProvider.postModelBid(provider, modelId, PRICE_MOR)).wait();
  const bidId = await asProvider.getBidId(provider, modelId, 0);

  const { timestamp } = (await chain.getBlock('latest'))!; // there is always a latest block
  const approval = {
    bidId,
    user: user.address,
    pricePerSecondMor: PRICE_MOR,
    maxDurationSeconds: SESSION_SECONDS,
    payment: Payment.Pool,
    nonce: 0n,
    deadline: timestamp + HOUR,
  };
  const request = {
    bidId,
    durationSeconds: SESSION_SECONDS,
    payment: Payment.Pool,
    maxStakeMor: FUNDS_MOR,
    maxPayMor: 0n,
  };
  const domain = { name: 'Yellowstone', version: '1', chainId: ARBITRUM_CHAIN_ID, verifyingContract: address };
  const signature = await provider.signTypedData(domain, APPROVAL_TYPES, approval);
  const sessionId = await asUser.openSession.staticCall(request, approval, signature);
  const opening = asUser.openSession(request, approval, signature);
  await expect(opening).to.emit(asUser, 'SessionOpened');
  const closing = asUser.closeSession(sessionId, Verdict.Pass, NO_RECEIPT, '0x');
  await expect(closing).to.emit(asUser, 'SessionClosed');
}
