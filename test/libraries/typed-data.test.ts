import { expect } from 'chai';
import { artifacts, ethers, network } from 'hardhat';
import type { IYellowstone } from '../../typechain-types/contracts/interfaces/IYellowstone';
import { APPROVAL_TYPES, RECEIPT_TYPES } from '../fixtures/sessions';
import { casesOf, type VectorCase } from '../fixtures/vectors';

interface Message {
  readonly domain: { name: string; version: string; chainId: string; verifyingContract: string };
  readonly primaryType: 'SessionApproval' | 'SessionReceipt';
  readonly fields: { name: string; type: string }[];
  readonly value: Record<string, string>;
}

const LOCAL_CHAIN = '31337';
const messageOf = ({ inputs }: VectorCase): Message => inputs as unknown as Message;
const cases = casesOf('typed-data.json', 'typedMessage');

/** The real facet with the digests, at the address of the vector's diamond. */
async function readerAt(address: string): Promise<IYellowstone> {
  const { deployedBytecode } = await artifacts.readArtifact('SessionReadFacet');
  await network.provider.send('hardhat_setCode', [address, deployedBytecode]);
  return (await ethers.getContractAt('IYellowstone', address)) as unknown as IYellowstone;
}

async function digestOnChain(message: Message): Promise<string> {
  const reader = await readerAt(message.domain.verifyingContract);
  const values = message.fields.map(({ name }) => message.value[name]!);
  return message.primaryType === 'SessionApproval'
    ? reader.hashSessionApproval(values as never)
    : reader.hashSessionReceipt(values as never);
}

describe('typed data', () => {
  cases
    .filter((vector) => messageOf(vector).domain.chainId === LOCAL_CHAIN)
    .forEach((vector, i) => {
      it(`digest equals local vector ${i}, ${messageOf(vector).primaryType}`, async () => {
        expect(await digestOnChain(messageOf(vector))).to.equal((vector.expected as { digest: string }).digest);
      });
    });

  // The chain id of a test network is fixed, so a vector of Arbitrum is held here by its struct hash alone: the digest
  // on this chain must be the one that belongs to that struct hash.
  cases
    .filter((vector) => messageOf(vector).domain.chainId !== LOCAL_CHAIN)
    .forEach((vector, i) => {
      it(`struct hash equals Arbitrum vector ${i}, ${messageOf(vector).primaryType}`, async () => {
        const message = messageOf(vector);
        const separator = ethers.TypedDataEncoder.hashDomain({ ...message.domain, chainId: LOCAL_CHAIN });
        const { structHash } = vector.expected as { structHash: string };
        expect(await digestOnChain(message)).to.equal(
          ethers.keccak256(ethers.concat(['0x1901', separator, structHash])),
        );
      });
    });

  it('types of the fixtures are those of the vectors', () => {
    const types = { ...APPROVAL_TYPES, ...RECEIPT_TYPES };
    cases.forEach((vector) => {
      const { primaryType, fields } = messageOf(vector);
      expect(types[primaryType]).to.deep.equal(fields);
    });
  });
});
