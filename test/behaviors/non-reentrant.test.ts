import { expect } from 'chai';
import { ethers } from 'hardhat';
import type { FunctionFragment, ParamType } from 'ethers';
import { OpenZeppelin } from '../fixtures/errors';
import { PRICE_MOR, Payment, Purpose, load } from '../fixtures/market';
import { ownerOf } from '../fixtures/owner';
import { termsOf } from '../fixtures/sessions';
import { WRITES, directTerms, send, signerOf, stagedMarket, type StagedMarket } from '../fixtures/writes';

const LOCKED = OpenZeppelin.interface.encodeErrorResult('ReentrancyGuardReentrantCall');

/** Reads that tell only what never changes inside a call, so they carry no lock. */
const UNLOCKED_READS = [
  'DELEGATION_RULES_MARKETPLACE',
  'DELEGATION_RULES_MODEL',
  'DELEGATION_RULES_PROVIDER',
  'DELEGATION_RULES_SESSION',
  'facetAddress',
  'facetAddresses',
  'facetFunctionSelectors',
  'facets',
  'getAttestations',
  'getBidFee',
  'getBidId',
  'getEmissionSchedule',
  'getKey',
  'getLaunchDay',
  'getMinMaxBidPricePerSecond',
  'getMinMaxPricePerToken',
  'getModelId',
  'getModelMinimumStake',
  'getPayout',
  'getPoolParameters',
  'getProviderMinimumStake',
  'getProviderModelId',
  'getReference',
  'getRegistry',
  'getRouterRules',
  'getScheduledEmission',
  'getSubnetMinimum',
  'getToken',
  'guardian',
  'hashSessionApproval',
  'hashSessionReceipt',
  'isApprovalUsed',
  'isClaimed',
  'isKeyGood',
  'isRightsDelegated',
  'owner',
  'pauseState',
  'pendingOwner',
  'routerShare',
  'supportsInterface',
];

describe('the lock', () => {
  let market: StagedMarket;
  let diamond: StagedMarket['diamond'];

  beforeEach(async () => {
    market = await load(stagedMarket);
    diamond = market.diamond;
  });

  const arm = async (data: string) => market.token.getFunction('arm')(await diamond.getAddress(), data);
  const stakeOne = () => diamond.connect(market.user).stake(Purpose.Session, 1n);

  for (const write of WRITES.filter(({ movesMor }) => movesMor)) {
    it(`holds while ${write.name} moves MOR`, async () => {
      await arm(diamond.interface.encodeFunctionData('sync'));
      await expect(send(market, write))
        .to.emit(market.token, 'Reentered')
        .withArgs(await diamond.getAddress(), false, LOCKED);
    });
  }

  it('holds while openSession moves MOR', async () => {
    const openSession = WRITES.find(({ name }) => name === 'openSession')!;
    const args = await directTerms(market);
    await arm(diamond.interface.encodeFunctionData('sync'));
    await expect(send(market, openSession, market.user, args))
      .to.emit(market.token, 'Reentered')
      .withArgs(await diamond.getAddress(), false, LOCKED);
  });

  it('is what every locked function finds, even called by an owner', async () => {
    const tokenAddress = await market.token.getAddress();
    await diamond.connect(await ownerOf(market)).transferOwnership(tokenAddress);
    await diamond.connect(await signerOf(tokenAddress)).acceptOwnership();
    for (const write of WRITES.filter(({ isLocked }) => isLocked)) {
      await arm(diamond.interface.encodeFunctionData(write.name as never, (await write.args(market)) as never));
      const receipt = await (await stakeOne()).wait();
      const reentered = receipt!.logs.find((log) => log.address === tokenAddress && log.topics.length === 2)!;
      const { ok, answer } = market.token.interface.parseLog(reentered)!.args;
      expect([ok, answer], write.name).to.deep.equal([false, LOCKED]);
    }
  });

  it('is what every read of changing state finds', async () => {
    const tokenAddress = await market.token.getAddress();
    const coder = ethers.AbiCoder.defaultAbiCoder();
    const unlocked: string[] = [];
    const reads: FunctionFragment[] = [];
    diamond.interface.forEachFunction((each) => {
      if (each.stateMutability === 'view' || each.stateMutability === 'pure') reads.push(each);
    });
    for (const read of reads) {
      const zeros = read.inputs.map((input) => zeroOf(input));
      await arm(read.selector + coder.encode(read.inputs, zeros).slice(2));
      const receipt = await (await stakeOne()).wait();
      const reentered = receipt!.logs.find((log) => log.address === tokenAddress && log.topics.length === 2)!;
      if (market.token.interface.parseLog(reentered)!.args['answer'] !== LOCKED) unlocked.push(read.name);
    }
    expect(unlocked.sort()).to.deep.equal(UNLOCKED_READS);
  });

  it('holds against a wallet that reads in the middle of an opening', async () => {
    const wallet = await ethers.deployContract('ContractWallet');
    const execute = async (name: string, args: unknown[]) =>
      wallet.getFunction('execute')(
        await diamond.getAddress(),
        diamond.interface.encodeFunctionData(name as never, args as never),
      );
    await market.mor.mint(wallet, 10n ** 18n);
    await wallet.getFunction('execute')(
      await market.mor.getAddress(),
      market.mor.interface.encodeFunctionData('approve', [await diamond.getAddress(), 10n ** 18n]),
    );
    await execute('providerRegister', [await wallet.getAddress(), 10n ** 17n * 5n, 'host:3']);
    await execute('postModelBid', [await wallet.getAddress(), market.modelId, PRICE_MOR]);
    const bidId = await diamond.getBidId(wallet, market.modelId, 0);

    const mood = { MagicIfReadFails: 6 };
    await wallet.getFunction('setMood')(mood.MagicIfReadFails);
    const { request, approval } = await termsOf({ ...market, bidId }, { request: { payment: Payment.Direct } });
    const open = () => diamond.connect(market.user).openSession(request, approval, '0x');
    await wallet.getFunction('setRead')(await diamond.getAddress(), diamond.interface.encodeFunctionData('owner'));
    await expect(open()).to.be.revertedWithCustomError(diamond, 'SignatureInvalid');
    await wallet.getFunction('setRead')(await diamond.getAddress(), diamond.interface.encodeFunctionData('getPool'));
    await expect(open()).to.emit(diamond, 'SessionOpened');
  });
});

function zeroOf(input: ParamType): unknown {
  if (input.baseType === 'tuple') return input.components!.map(zeroOf);
  if (input.baseType === 'array') return [];
  if (input.type === 'address') return ethers.ZeroAddress;
  if (input.type === 'string') return '';
  if (input.type.startsWith('bytes'))
    return input.type === 'bytes' ? '0x' : '0x' + '00'.repeat(Number(input.type.slice(5)));
  return input.type === 'bool' ? false : 0;
}
