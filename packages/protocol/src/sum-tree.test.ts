import { keccak256, solidityPacked } from 'ethers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildSumTree, emptyNode, foldSumProof, hashPair, isInSumTree, type SumNode } from './sum-tree.js';
import { type Bytes32, UINT128_MAX } from './units.js';

const code = (name: string) => expect.objectContaining({ code: name });
const node = (byte: number, sumMor: bigint): SumNode => ({
  hash: `0x${byte.toString(16).padStart(2, '0').repeat(32)}` as Bytes32,
  sumMor,
});
const leavesOf = (...sums: bigint[]) => sums.map((sumMor, i) => node(i + 1, sumMor));
const nodes = fc
  .array(fc.record({ byte: fc.integer({ min: 1, max: 255 }), sumMor: fc.bigInt({ min: 0n, max: 10n ** 30n }) }), {
    minLength: 1,
    maxLength: 33,
  })
  .map((list) => list.map(({ byte, sumMor }) => node(byte, sumMor)));

/** The parent as the wire facts write it, with the general encoder. */
const parent = (left: SumNode, right: SumNode): SumNode => ({
  hash: keccak256(
    solidityPacked(['bytes32', 'uint128', 'bytes32', 'uint128'], [left.hash, left.sumMor, right.hash, right.sumMor]),
  ) as Bytes32,
  sumMor: left.sumMor + right.sumMor,
});

describe('hashPair', () => {
  it('hashes 96 packed bytes, and adds', () => {
    for (const [left, right] of [
      [node(1, 5n), node(2, 7n)],
      [node(255, UINT128_MAX), emptyNode],
      [emptyNode, emptyNode],
    ] as const) {
      expect(hashPair(left, right)).toEqual(parent(left, right));
    }
  });

  it('reads hex in any case', () => {
    const upper = { hash: `0x${'AF09'.repeat(16)}` as Bytes32, sumMor: 1n };
    expect(hashPair(upper, upper)).toEqual(parent(upper, upper));
  });

  it('refuses sums that do not fit', () => {
    for (const [left, right] of [
      [UINT128_MAX, 1n],
      [-1n, 2n],
      [1n, -2n],
    ] as const) {
      expect(() => hashPair(node(1, left), node(2, right))).toThrow(code('NUMBER_OUT_OF_RANGE'));
    }
  });
});

describe('buildSumTree', () => {
  it('of one leaf is the leaf', () => {
    const [leaf] = leavesOf(5n) as [SumNode];
    const tree = buildSumTree([leaf]);
    expect([tree.root, tree.depth, tree.proof(0n)]).toEqual([leaf, 0n, { index: 0n, siblings: [] }]);
  });

  it('pads with empty leaves to a power of two', () => {
    const [a, b, c, d, e] = leavesOf(1n, 2n, 3n, 4n, 5n) as [SumNode, SumNode, SumNode, SumNode, SumNode];
    const empty = parent(emptyNode, emptyNode);
    expect(buildSumTree([a, b, c]).root).toEqual(parent(parent(a, b), parent(c, emptyNode)));
    const five = buildSumTree([a, b, c, d, e]);
    expect(five.root).toEqual(parent(parent(parent(a, b), parent(c, d)), parent(parent(e, emptyNode), empty)));
    expect(five.depth).toBe(3n);
    expect(five.proof(4n).siblings).toEqual([emptyNode, empty, parent(parent(a, b), parent(c, d))]);
  });

  it.each([
    [1, 0n],
    [2, 1n],
    [3, 2n],
    [4, 2n],
    [5, 3n],
    [8, 3n],
    [9, 4n],
  ])('of %d leaves has depth %d', (leaves, depth) => {
    expect(buildSumTree(leavesOf(...Array.from({ length: leaves }, () => 1n))).depth).toBe(depth);
  });

  it('needs a leaf', () => {
    expect(() => buildSumTree([])).toThrow(code('SUM_TREE_EMPTY'));
  });

  it('proves every leaf, with what lies left of it', () => {
    fc.assert(
      fc.property(nodes, (leaves) => {
        const tree = buildSumTree(leaves);
        let leftMor = 0n;
        leaves.forEach((leaf, i) => {
          const proof = tree.proof(BigInt(i));
          expect(foldSumProof(leaf, proof)).toEqual({ root: tree.root, leftMor });
          expect(isInSumTree(tree.root, leaf, proof)).toBe(true);
          leftMor += leaf.sumMor;
        });
        expect(tree.root.sumMor).toBe(leftMor);
      }),
    );
  });

  it('has no proof of a leaf that is not there', () => {
    const tree = buildSumTree(leavesOf(1n, 2n, 3n));
    for (const index of [-1n, 3n, 4n]) {
      expect(() => tree.proof(index)).toThrow(code('SUM_TREE_INDEX_INVALID'));
    }
  });

  it('finds the leaf that holds a position, and passes over leaves without a sum', () => {
    fc.assert(
      fc.property(nodes, fc.bigInt({ min: 0n, max: 10n ** 32n }), (leaves, seed) => {
        const tree = buildSumTree(leaves);
        fc.pre(tree.root.sumMor > 0n);
        const mor = seed % tree.root.sumMor;
        const { index, leftMor } = tree.positionOf(mor);
        const before = leaves.slice(0, Number(index)).reduce((sum, { sumMor }) => sum + sumMor, 0n);
        expect(leftMor).toBe(before);
        expect(leftMor <= mor && mor < leftMor + (leaves[Number(index)]?.sumMor ?? 0n)).toBe(true);
      }),
    );
    const gaps = buildSumTree(leavesOf(0n, 5n, 0n, 0n, 1n, 0n));
    expect([0n, 4n, 5n].map((mor) => gaps.positionOf(mor).index)).toEqual([1n, 1n, 4n]);
  });

  it('holds no position outside', () => {
    const tree = buildSumTree(leavesOf(1n, 2n));
    for (const mor of [-1n, 3n]) expect(() => tree.positionOf(mor)).toThrow(code('MOR_POSITION_OUTSIDE'));
  });
});

describe('isInSumTree', () => {
  const leaves = leavesOf(1n, 2n, 3n);
  const [leaf] = leaves as [SumNode];
  const tree = buildSumTree(leaves);
  const good = tree.proof(0n);
  const [sibling = emptyNode, uncle = emptyNode] = good.siblings;

  it.each([
    ['another leaf', node(9, 1n), good],
    ['another sum', node(1, 2n), good],
    ['another place', leaf, { ...good, index: 1n }],
    ['a place the tree does not have', leaf, { ...good, index: 4n }],
    ['a negative place', leaf, { ...good, index: -4n }],
    ['fewer siblings', leaf, { ...good, siblings: [sibling] }],
    ['a sum moved between siblings', leaf, { ...good, siblings: [node(2, 1n), { ...uncle, sumMor: 4n }] }],
    [
      'a negative sum',
      leaf,
      {
        ...good,
        siblings: [
          { ...sibling, sumMor: -2n },
          { ...uncle, sumMor: 7n },
        ],
      },
    ],
    ['a negative leaf', node(1, -1n), { ...good, siblings: [{ ...sibling, sumMor: 4n }, uncle] }],
    ['sums that overflow', leaf, { ...good, siblings: [{ ...sibling, sumMor: UINT128_MAX }, uncle] }],
  ])('refuses %s', (_, claimed, proof) => {
    expect(isInSumTree(tree.root, claimed, proof)).toBe(false);
  });
});
