import { expect } from 'chai';
import { ethers } from 'hardhat';
import fc from 'fast-check';
import type { Contract } from 'ethers';
import { loadProtocol, type Protocol } from '../fixtures/protocol';
import { casesOf, errorOf, formulasOf, runsOf, type VectorCase } from '../fixtures/vectors';

const FILE = 'sum-tree.json';
const SEED = Number(process.env['SEED'] ?? 20_240_518);

interface Node {
  readonly hash: string;
  readonly sumMor: string;
}
interface Tree {
  readonly root: Node;
  readonly proofs: readonly { readonly index: string; readonly siblings: readonly Node[] }[];
}

describe('sum trees', () => {
  let harness: Contract;
  let protocol: Protocol;

  before(async () => {
    protocol = await loadProtocol();
    harness = (await ethers.deployContract('ComputeHarness')) as unknown as Contract;
  });

  const fold = async (leaf: Node, index: bigint | string, siblings: readonly Node[]) => {
    const answer: unknown = await harness.getFunction('fold')(leaf.hash, leaf.sumMor, index, siblings);
    return answer as [root: string, sumMor: bigint, leftMor: bigint];
  };

  it('every formula of the vectors is tested here or in book-hashes', () => {
    const hashes = ['dayBookContext', 'providerLeafNode', 'receiptLeafNode', 'answer', 'dayBook'];
    expect(formulasOf(FILE).filter((formula) => !hashes.includes(formula))).to.deep.equal(['hashPair', 'sumTree']);
  });

  casesOf(FILE, 'hashPair').forEach((vector, i) => {
    it(`a pair equals vector ${i}, as left and as right child`, async () => {
      const { left, right } = vector.inputs as unknown as { left: Node; right: Node };
      const fromLeft = await fold(left, 0n, [right]);
      const fromRight = await fold(right, 1n, [left]);
      expect(fromLeft[2]).to.equal(0);
      expect(fromRight[2]).to.equal(BigInt(left.sumMor));
      expect(fromLeft[0]).to.equal(fromRight[0]);
      const sumMor = BigInt(left.sumMor) + BigInt(right.sumMor);
      expect([fromLeft[1], fromRight[1]]).to.deep.equal([sumMor, sumMor]);
      // A sum that the reference refuses is told in full, so that it differs from every sum of a book.
      if (errorOf(vector) !== undefined) expect(sumMor).to.be.greaterThan(2n ** 128n - 1n);
      else expect(fromLeft[0]).to.equal((vector.expected as Node).hash);
    });
  });

  casesOf(FILE, 'sumTree').forEach((vector: VectorCase, i) => {
    it(`every proof of tree ${i} leads to its root`, async () => {
      const { leaves } = vector.inputs as unknown as { leaves: readonly Node[] };
      const { root, proofs } = vector.expected as Tree;
      let leftMor = 0n;
      for (const { index, siblings } of proofs) {
        const leaf = leaves[Number(index)]!;
        expect(await fold(leaf, index, siblings)).to.deep.equal([root.hash, BigInt(root.sumMor), leftMor]);
        leftMor += BigInt(leaf.sumMor);
      }
      expect(leftMor).to.equal(BigInt(root.sumMor));
    });
  });

  it('random trees: every proof leads to the root of the reference, a changed one never does', async () => {
    const amount = fc.bigInt({ min: 0n, max: 2n ** 96n - 1n });
    await fc.assert(
      fc.asyncProperty(
        fc.array(amount, { minLength: 1, maxLength: 33 }),
        fc.nat(32),
        fc.nat(5),
        fc.nat(2),
        async (amounts, at, level, kind) => {
          const leaves = amounts.map((sumMor, i) => ({ hash: protocol.parseBytes32(ethers.id(`${i}`)), sumMor }));
          const tree = protocol.buildSumTree(leaves);
          const index = BigInt(at % leaves.length);
          const leaf = leaves[Number(index)]!;
          const { siblings } = tree.proof(index);
          const text = ({ hash, sumMor }: { hash: string; sumMor: bigint }): Node => ({ hash, sumMor: `${sumMor}` });
          const leftMor = amounts.slice(0, Number(index)).reduce((sum, part) => sum + part, 0n);
          const right = [tree.root.hash, tree.root.sumMor, leftMor];
          expect(await fold(text(leaf), index, siblings.map(text))).to.deep.equal(right);
          if (siblings.length === 0) return;
          const place = level % siblings.length;
          const changed = siblings.map((sibling, i) => {
            if (i !== place || kind === 2) return text(sibling);
            return kind === 0
              ? text({ ...sibling, sumMor: sibling.sumMor + 1n })
              : text({ ...sibling, hash: ethers.id('another') });
          });
          const changedIndex = kind === 2 ? index ^ (1n << BigInt(place)) : index;
          const answer = await fold(text(leaf), changedIndex, changed);
          expect(answer[0]).not.to.equal(tree.root.hash);
        },
      ),
      { numRuns: runsOf(150), seed: SEED },
    );
  });

  it('40 levels of the largest sums do not overflow', async () => {
    const siblings = Array.from({ length: 40 }, () => ({ hash: ethers.ZeroHash, sumMor: `${2n ** 128n - 1n}` }));
    const leaf = { hash: ethers.id('leaf'), sumMor: `${2n ** 128n - 1n}` };
    // 41 sums of 128 bits: no overflow.
    expect((await fold(leaf, 2n ** 40n - 1n, siblings))[1]).to.equal(41n * (2n ** 128n - 1n));
  });
});
