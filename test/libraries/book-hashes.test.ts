import { expect } from 'chai';
import { artifacts, ethers, network } from 'hardhat';
import type { Contract } from 'ethers';
import { casesOf } from '../fixtures/vectors';

const FILE = 'sum-tree.json';
const LOCAL_CHAIN = '31337';

interface Place {
  readonly chainId: string;
  readonly diamond: string;
  readonly router: string;
  readonly day: string;
}
interface Claim {
  readonly leaf: { readonly provider: string; readonly dayMor: string; readonly receiptsRoot: string };
  readonly index: string;
  readonly siblings: readonly { readonly hash: string; readonly sumMor: string }[];
}

async function harnessAt(address: string): Promise<Contract> {
  const { deployedBytecode } = await artifacts.readArtifact('ComputeHarness');
  await network.provider.send('hardhat_setCode', [address, deployedBytecode]);
  return (await ethers.getContractAt('ComputeHarness', address)) as unknown as Contract;
}

const call = async (place: Place, name: string, args: readonly unknown[]): Promise<unknown> =>
  (await harnessAt(place.diamond)).getFunction(name)(...args) as Promise<unknown>;

describe('book hashes', () => {
  casesOf(FILE, 'dayBookContext').forEach((vector, i) => {
    it(`context equals vector ${i}, or differs by the chain`, async () => {
      const place = vector.inputs as unknown as Place;
      const context = await call(place, 'contextOf', [place.router, place.day]);
      if (place.chainId === LOCAL_CHAIN) expect(context).to.equal(vector.expected);
      else expect(context).not.to.equal(vector.expected);
    });
  });

  casesOf(FILE, 'providerLeafNode').forEach((vector, i) => {
    it(`leaf of a provider equals vector ${i}`, async () => {
      const { context, leaf } = vector.inputs as { context: string; leaf: Claim['leaf'] };
      const harness = (await ethers.deployContract('ComputeHarness')) as unknown as Contract;
      const hash: unknown = await harness.getFunction('providerLeafOf')(context, leaf);
      expect(hash).to.equal((vector.expected as { hash: string }).hash);
    });
  });

  casesOf(FILE, 'answer').forEach((vector, i) => {
    it(`leaf of an answer and its digests equal vector ${i}`, async () => {
      const place = vector.inputs as unknown as Place;
      const expected = vector.expected as Record<string, string> & { node: { hash: string } };
      const { context, rfcId, ticketId, receiptId, reportId, node } = expected;
      const digests = await call(place, 'digestsOf', [vector.inputs]);
      expect(digests).to.deep.equal([rfcId, ticketId, receiptId, reportId]);
      expect(await call(place, 'answerLeafOf', [context, vector.inputs])).to.equal(node.hash);
    });
  });

  casesOf(FILE, 'dayBook').forEach((vector, i) => {
    it(`every claim of book ${i} leads to its root and sum`, async () => {
      const place = vector.inputs as unknown as Place;
      const { root, totalMor, claims } = vector.expected as { root: string; totalMor: string; claims: Claim[] };
      const context = await call(place, 'contextOf', [place.router, place.day]);
      let leftMor = 0n;
      for (const { leaf, index, siblings } of claims) {
        const hash = await call(place, 'providerLeafOf', [context, leaf]);
        const folded = await call(place, 'fold', [hash, leaf.dayMor, index, siblings]);
        expect(folded).to.deep.equal([root, BigInt(totalMor), leftMor]);
        leftMor += BigInt(leaf.dayMor);
      }
    });
  });
});
