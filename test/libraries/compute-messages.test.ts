import { expect } from 'chai';
import { artifacts, ethers, network } from 'hardhat';
import {
  impersonateAccount,
  setBalance,
  takeSnapshot,
  time,
  type SnapshotRestorer,
} from '@nomicfoundation/hardhat-network-helpers';
import type { Contract } from 'ethers';
import { DAY, HOUR } from '../fixtures/market';
import { casesOf, type VectorCase } from '../fixtures/vectors';

interface Message {
  readonly domain: { name: string; version: string; chainId: string; verifyingContract: string };
  readonly primaryType: string;
  readonly fields: { name: string; type: string }[];
  readonly value: Record<string, string>;
}

/** The messages that a contract judges; the others stay off chain or have a facet of their own. */
const JUDGED = ['RequestForCompute', 'Ticket', 'ProviderReceipt', 'UsageReport'];
const LOCAL_CHAIN = '31337';
const DEV_PHRASE = 'test test test test test test test test test test test junk';
const messageOf = ({ inputs }: VectorCase): Message => inputs as unknown as Message;
const all = casesOf('compute-messages.json', 'typedMessage');
const cases = all.filter((vector) => JUDGED.includes(messageOf(vector).primaryType));
/** The third account of development, whose key the registrations name; those at the edges name accounts without one. */
const NAMED_KEY = ethers.HDNodeWallet.fromPhrase(DEV_PHRASE, undefined, "m/44'/60'/0'/0/2");
const registrations = all.filter(
  (vector) =>
    messageOf(vector).primaryType === 'KeyRegistration' && messageOf(vector).value['key'] === NAMED_KEY.address,
);

/** The harness at the address of the vector's diamond. */
async function harnessAt(address: string): Promise<Contract> {
  const { deployedBytecode } = await artifacts.readArtifact('ComputeHarness');
  await network.provider.send('hardhat_setCode', [address, deployedBytecode]);
  return (await ethers.getContractAt('ComputeHarness', address)) as unknown as Contract;
}

async function digestOnChain({ domain, primaryType, fields, value }: Message): Promise<string> {
  const harness = await harnessAt(domain.verifyingContract);
  const values = fields.map(({ name }) => value[name]!);
  return harness.getFunction(`hash${primaryType}`)(values) as Promise<string>;
}

/** Code at the addresses of vectors, and time moved to theirs, end with each test. */
function leaveNothing(): void {
  let home: SnapshotRestorer;
  beforeEach(async () => {
    home = await takeSnapshot();
  });
  afterEach(() => home.restore());
}

describe('compute messages', () => {
  leaveNothing();

  it('every message that a contract judges has vectors', () => {
    expect([...new Set(cases.map((vector) => messageOf(vector).primaryType))]).to.deep.equal(JUDGED);
  });

  cases
    .filter((vector) => messageOf(vector).domain.chainId === LOCAL_CHAIN)
    .forEach((vector, i) => {
      it(`digest equals local vector ${i}, ${messageOf(vector).primaryType}`, async () => {
        expect(await digestOnChain(messageOf(vector))).to.equal((vector.expected as { digest: string }).digest);
      });
    });

  // As in typed-data.test.ts: the chain id is fixed, so a vector of Arbitrum is held by its struct hash alone.
  cases
    .filter((vector) => messageOf(vector).domain.chainId !== LOCAL_CHAIN)
    .forEach((vector, i) => {
      it(`struct hash equals Arbitrum vector ${i}, ${messageOf(vector).primaryType}`, async () => {
        const message = messageOf(vector);
        const separator = ethers.TypedDataEncoder.hashDomain({ ...message.domain, chainId: LOCAL_CHAIN });
        const { structHash } = vector.expected as { structHash: string };
        const digest = ethers.keccak256(ethers.concat(['0x1901', separator, structHash]));
        expect(await digestOnChain(message)).to.equal(digest);
      });
    });
});

describe('key registrations', () => {
  leaveNothing();

  /** What the contract wants signed on this chain for the struct hash of a vector. */
  const digestOf = (vector: VectorCase): string => {
    const separator = ethers.TypedDataEncoder.hashDomain({ ...messageOf(vector).domain, chainId: LOCAL_CHAIN });
    const { structHash } = vector.expected as { structHash: string };
    return ethers.keccak256(ethers.concat(['0x1901', separator, structHash]));
  };
  const register = async (vector: VectorCase, signature: string) => {
    const { domain, value } = messageOf(vector);
    const { deployedBytecode } = await artifacts.readArtifact('KeyFacet');
    await network.provider.send('hardhat_setCode', [domain.verifyingContract, deployedBytecode]);
    const facet = await ethers.getContractAt('IYellowstone', domain.verifyingContract);
    if ((await time.latest()) + HOUR < Number(value['validUntil']))
      await time.increaseTo(Number(value['validUntil']) - HOUR);
    await impersonateAccount(value['owner']!);
    await setBalance(value['owner']!, ethers.parseEther('1'));
    const owner = await ethers.getSigner(value['owner']!);
    const call = () => facet.connect(owner).getFunction('registerKey')(value['key'], value['validUntil'], signature);
    return { facet, call, value };
  };

  it('has vectors of this chain and of Arbitrum', () => {
    expect(registrations.map((vector) => messageOf(vector).domain.chainId)).to.deep.equal([LOCAL_CHAIN, '42161']);
    const [local] = registrations;
    expect(digestOf(local!)).to.equal((local!.expected as { digest: string }).digest);
  });

  registrations.forEach((vector, i) => {
    it(`the contract wants the digest of vector ${i} signed, and nothing else`, async () => {
      const { facet, call, value } = await register(vector, '0x');
      await expect(call())
        .to.be.revertedWithCustomError(facet, 'SignatureInvalid')
        .withArgs(value['key'], digestOf(vector));
    });

    it(`the contract takes vector ${i} signed by its key`, async () => {
      const { facet, call, value } = await register(vector, NAMED_KEY.signingKey.sign(digestOf(vector)).serialized);
      await expect(call())
        .to.emit(facet, 'KeyRegistered')
        .withArgs(value['owner'], NAMED_KEY.address, Math.floor(Number(value['validUntil']) / DAY));
    });
  });
});
