import { expect } from 'chai';
import { artifacts, ethers, network } from 'hardhat';
import type { Contract } from 'ethers';
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
const messageOf = ({ inputs }: VectorCase): Message => inputs as unknown as Message;
const cases = casesOf('compute-messages.json', 'typedMessage').filter((vector) =>
  JUDGED.includes(messageOf(vector).primaryType),
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

describe('compute messages', () => {
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
