import { ProtocolError } from './errors.js';
import { digitsOf, keccakOfDigits, uintDigits } from './packed-hex.js';
import type { Bytes32 } from './units.js';

/** A node of a Merkle sum tree: every leaf is an interval of MOR, the root tells the sum (DESIGN 8). */
export interface SumNode {
  readonly hash: Bytes32;
  /** Sum of the leaves below [MOR-wei]. */
  readonly sumMor: bigint;
}

/** The way from a leaf to the root. */
export interface SumProof {
  /** Place of the leaf, counted from 0: bit i tells whether the node of level i is a right child. */
  readonly index: bigint;
  /** Neighbours from the leaf up. */
  readonly siblings: readonly SumNode[];
}

/** A built tree. */
export interface SumTree {
  readonly root: SumNode;
  /** Levels above the leaves: ceil(log2(leaves)). */
  readonly depth: bigint;
  /** The way from a leaf to the root. @throws SUM_TREE_INDEX_INVALID if there is no such leaf. */
  readonly proof: (index: bigint) => SumProof;
  /**
   * The leaf whose interval [leftMor, leftMor + sumMor) holds a MOR position.
   * @throws MOR_POSITION_OUTSIDE unless 0 <= mor < root.sumMor.
   */
  readonly positionOf: (mor: bigint) => SumPosition;
}

export interface SumPosition {
  readonly index: bigint;
  /** Sum of all leaves to the left [MOR-wei]. */
  readonly leftMor: bigint;
}

const SUM_BITS = 128;

/** What fills a level up to a power of two. */
export const emptyNode: SumNode = { hash: `0x${'00'.repeat(32)}` as Bytes32, sumMor: 0n };

/**
 * Parent of two nodes: keccak256(left.hash, uint128 left.sumMor, right.hash, uint128 right.sumMor), 96 bytes packed, and
 * the sum of both. Exact.
 * @throws NUMBER_OUT_OF_RANGE if a sum, or the sum of both, does not fit into 128 bits.
 */
export function hashPair(left: SumNode, right: SumNode): SumNode {
  const sumMor = left.sumMor + right.sumMor;
  uintDigits(sumMor, SUM_BITS);
  return { hash: keccakOfDigits(digitsOfNode(left), digitsOfNode(right)), sumMor };
}

/**
 * Builds the tree over leaves in the given order, padded with empty nodes to 2^depth. One leaf is the root itself.
 * @throws SUM_TREE_EMPTY without a leaf; NUMBER_OUT_OF_RANGE for a sum above 128 bits.
 */
export function buildSumTree(leaves: readonly SumNode[]): SumTree {
  if (leaves.length === 0) throw new ProtocolError('SUM_TREE_EMPTY', { leaves: 0n });
  const levels: (readonly SumNode[])[] = [leaves];
  // What a place beyond the last node of a level holds: the root of a tree of empty leaves.
  const fillers: SumNode[] = [emptyNode];
  let nodes = leaves;
  let filler = emptyNode;
  while (nodes.length > 1) {
    nodes = parentsOf(nodes, filler);
    filler = hashPair(filler, filler);
    levels.push(nodes);
    fillers.push(filler);
  }
  const [root = emptyNode] = nodes;
  const starts = startsOf(leaves);

  const proof = (index: bigint): SumProof => {
    if (index < 0n || index >= leaves.length) {
      throw new ProtocolError('SUM_TREE_INDEX_INVALID', { index, leaves: BigInt(leaves.length) });
    }
    const siblings = fillers
      .slice(0, -1)
      .map((fill, level) => levels[level]?.[Number((index >> BigInt(level)) ^ 1n)] ?? fill);
    return { index, siblings };
  };
  const positionOf = (mor: bigint): SumPosition => {
    if (mor < 0n || mor >= root.sumMor) {
      throw new ProtocolError('MOR_POSITION_OUTSIDE', { positionMor: mor, sumMor: root.sumMor });
    }
    return lastStartingBy(starts, mor);
  };
  return { root, depth: BigInt(levels.length - 1), proof, positionOf };
}

/**
 * Walks from a leaf to the root.
 * @returns the root, and the sum of all leaves to the left of the leaf [MOR-wei].
 * @throws NUMBER_OUT_OF_RANGE if a sum does not fit into 128 bits.
 */
export function foldSumProof(
  leaf: SumNode,
  { index, siblings }: SumProof,
): { readonly root: SumNode; readonly leftMor: bigint } {
  let [root, leftMor] = [leaf, 0n];
  siblings.forEach((sibling, level) => {
    const isRight = ((index >> BigInt(level)) & 1n) === 1n;
    root = isRight ? hashPair(sibling, root) : hashPair(root, sibling);
    leftMor += isRight ? sibling.sumMor : 0n;
  });
  return { root, leftMor };
}

/** Whether a proof leads from a leaf at a place that the tree has to the root. Never throws for sums that are too large. */
export function isInSumTree(root: SumNode, leaf: SumNode, proof: SumProof): boolean {
  const { index, siblings } = proof;
  const sums = siblings.map(({ sumMor }) => sumMor);
  const totalMor = sums.reduce((sum, part) => sum + part, leaf.sumMor);
  const hasPlace = index >= 0n && index >> BigInt(siblings.length) === 0n;
  // A total that is right, of parts of which none is negative, holds no sum above the root's.
  if (!hasPlace || totalMor !== root.sumMor || leaf.sumMor < 0n || sums.some((sum) => sum < 0n)) return false;
  return foldSumProof(leaf, proof).root.hash === root.hash;
}

function digitsOfNode({ hash, sumMor }: SumNode): string {
  return digitsOf(hash) + uintDigits(sumMor, SUM_BITS);
}

function parentsOf(nodes: readonly SumNode[], filler: SumNode): SumNode[] {
  return Array.from({ length: Math.ceil(nodes.length / 2) }, (_, i) =>
    hashPair(nodes[2 * i] ?? filler, nodes[2 * i + 1] ?? filler),
  );
}

/** Where each leaf starts [MOR-wei]. */
function startsOf(leaves: readonly SumNode[]): bigint[] {
  let startMor = 0n;
  return leaves.map(({ sumMor }) => {
    const start = startMor;
    startMor += sumMor;
    return start;
  });
}

/** The last leaf that starts at a position or before: the one that holds it, as leaves without a sum hold nothing. */
function lastStartingBy(starts: readonly bigint[], mor: bigint): SumPosition {
  let [low, high] = [0, starts.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0n) <= mor) low = middle;
    else high = middle;
  }
  return { index: BigInt(low), leftMor: starts[low] ?? 0n };
}
