import { id } from 'ethers';
import type { ReceiptLeaf } from './answer.js';
import type { DayBook } from './day-book.js';
import { ProtocolError } from './errors.js';
import { addressWord, digitsOf, keccakOfDigits, uintWord } from './packed-hex.js';
import { buildSumTree, foldSumProof, isInSumTree, type SumNode, type SumProof, type SumTree } from './sum-tree.js';
import type { Address, Bytes32 } from './units.js';

/** What a provider earned in a day book (DESIGN 8). */
export interface ProviderLeaf {
  readonly provider: Address;
  /** [MOR-wei] */
  readonly dayMor: bigint;
  /** Root of the tree of its receipts, whose sum is `dayMor`. */
  readonly receiptsRoot: Bytes32;
}

/** A provider's leaf with its rank and the way to the book's root: what a claim carries. */
export interface ProviderProof extends SumProof {
  readonly leaf: ProviderLeaf;
}

/** A receipt's leaf with its place and the way to the provider's `receiptsRoot`. */
export interface ReceiptProof<Leaf extends ReceiptLeaf = ReceiptLeaf> extends SumProof {
  readonly leaf: Leaf;
}

/** A receipt with both proofs: what answers a demand. */
export interface ShownReceipt<Leaf extends ReceiptLeaf = ReceiptLeaf> {
  readonly provider: ProviderProof;
  readonly receipt: ReceiptProof<Leaf>;
}

/** What is committed of a book, and what its proofs are measured with. */
export type BookRoot = Pick<DayBook, 'root' | 'totalMor' | 'depth'>;

/** A whole day book: what is committed, every claim, every receipt. */
export interface DayBookTree<Leaf extends ReceiptLeaf = ReceiptLeaf> extends Omit<DayBook, 'router' | 'day'> {
  /** One for each provider, by rank. */
  readonly claims: readonly ProviderProof[];
  /** The receipts of each provider, in the same order. */
  readonly providers: readonly ProviderReceipts<Leaf>[];
  /** The receipt whose interval holds a MOR position. @throws MOR_POSITION_OUTSIDE unless 0 <= position < totalMor. */
  readonly receiptAt: (positionMor: bigint) => ShownReceipt<Leaf>;
  /** A receipt by its places. @throws SUM_TREE_INDEX_INVALID if there is none. */
  readonly receiptOf: (providerIndex: bigint, receiptIndex: bigint) => ShownReceipt<Leaf>;
}

/** The receipts of a provider, in the order of its tree. */
export interface ProviderReceipts<Leaf extends ReceiptLeaf = ReceiptLeaf> {
  readonly provider: Address;
  readonly receipts: readonly Leaf[];
}

const CONTEXT_TYPE_HASH = id('DayBookContext(uint256 chainId,address diamond,address router,uint24 day)');
const PROVIDER_TYPE_HASH = id('ProviderLeaf(address provider,uint128 dayMor,bytes32 receiptsRoot)');
const RECEIPT_TYPE_HASH = id(
  'ReceiptLeaf(bytes32 rfcId,bytes32 ticketId,bytes32 receiptId,bytes32 reportId,bytes32 signaturesHash,' +
    'uint64 tokens,uint128 pricePerTokenMor,uint128 amountMor,uint128 runningMor,uint32 runningNumber)',
);

/** What every leaf of a book is bound to: chain, diamond, router, day. @throws NUMBER_OUT_OF_RANGE. */
export function dayBookContext(place: {
  readonly chainId: bigint;
  readonly diamond: Address;
  readonly router: Address;
  readonly day: bigint;
}): Bytes32 {
  return keccakOfDigits(
    digitsOf(CONTEXT_TYPE_HASH),
    uintWord(place.chainId, 256),
    addressWord(place.diamond),
    addressWord(place.router),
    uintWord(place.day, 24),
  );
}

/** Leaf of a provider: hashed twice, so that no inner node is a leaf. @throws NUMBER_OUT_OF_RANGE. */
export function providerLeafNode(context: Bytes32, { provider, dayMor, receiptsRoot }: ProviderLeaf): SumNode {
  const inner = keccakOfDigits(
    digitsOf(context),
    digitsOf(PROVIDER_TYPE_HASH),
    addressWord(provider),
    uintWord(dayMor, 128),
    digitsOf(receiptsRoot),
  );
  return { hash: keccakOfDigits(digitsOf(inner)), sumMor: dayMor };
}

/** Leaf of a receipt: hashed twice, so that no inner node is a leaf. @throws NUMBER_OUT_OF_RANGE. */
export function receiptLeafNode(context: Bytes32, leaf: ReceiptLeaf): SumNode {
  const inner = keccakOfDigits(
    digitsOf(context),
    digitsOf(RECEIPT_TYPE_HASH),
    digitsOf(leaf.rfcId),
    digitsOf(leaf.ticketId),
    digitsOf(leaf.receiptId),
    digitsOf(leaf.reportId),
    digitsOf(leaf.signaturesHash),
    uintWord(leaf.tokens, 64),
    uintWord(leaf.pricePerTokenMor, 128),
    uintWord(leaf.amountMor, 128),
    uintWord(leaf.runningMor, 128),
    uintWord(leaf.runningNumber, 32),
  );
  return { hash: keccakOfDigits(digitsOf(inner)), sumMor: leaf.amountMor };
}

/** Order of provider leaves: more MOR first, then the lower address (DESIGN 8). Negative if `a` comes first. */
export function compareProviderLeaves(
  a: Pick<ProviderLeaf, 'provider' | 'dayMor'>,
  b: Pick<ProviderLeaf, 'provider' | 'dayMor'>,
): number {
  if (a.dayMor !== b.dayMor) return a.dayMor > b.dayMor ? -1 : 1;
  const [first, second] = [a.provider.toLowerCase(), b.provider.toLowerCase()];
  return first < second ? -1 : Number(first > second);
}

/**
 * Builds the book of a router and day from what was credited. Providers without a receipt are left out; the receipts of
 * a provider keep their order. Whether the credits are right is for `faultOf`.
 * @throws SUM_TREE_EMPTY if nothing was credited; RECEIPT_WITHOUT_AMOUNT for an amount of 0; NUMBER_OUT_OF_RANGE.
 */
export function buildDayBook<Leaf extends ReceiptLeaf>(options: {
  /** `dayBookContext` of the book. */
  readonly context: Bytes32;
  readonly receiptsByProvider: ReadonlyMap<Address, readonly Leaf[]>;
  /** Gives `receiptLeafNode(context, leaf)`; a router that keeps the nodes of settled answers hashes only new ones. */
  readonly nodeOf?: (leaf: Leaf) => SumNode;
}): DayBookTree<Leaf> {
  const { context, receiptsByProvider, nodeOf } = options;
  const providers = [...receiptsByProvider]
    .filter(([, receipts]) => receipts.length > 0)
    .map(([provider, receipts]) => ({ provider, receipts, dayMor: creditedMor(receipts) }));
  return assembleDayBook(context, providers.sort(compareProviderLeaves), nodeOf);
}

/**
 * A book with the providers in the given order, whatever it is; `buildDayBook` orders them. Faults are tried with it.
 * @throws SUM_TREE_EMPTY without a provider or for one without a receipt; NUMBER_OUT_OF_RANGE.
 */
export function assembleDayBook<Leaf extends ReceiptLeaf>(
  context: Bytes32,
  providers: readonly ProviderReceipts<Leaf>[],
  nodeOf: (leaf: Leaf) => SumNode = (leaf) => receiptLeafNode(context, leaf),
): DayBookTree<Leaf> {
  const parts = providers.map(({ provider, receipts }) => {
    const tree = buildSumTree(receipts.map((leaf) => nodeOf(leaf)));
    return { receipts, tree, leaf: { provider, dayMor: tree.root.sumMor, receiptsRoot: tree.root.hash } };
  });
  const tree = buildSumTree(parts.map(({ leaf }) => providerLeafNode(context, leaf)));
  const receipts = providers.flatMap((provider) => provider.receipts);
  return {
    root: tree.root.hash,
    totalMor: tree.root.sumMor,
    totalTokens: receipts.reduce((sum, { tokens }) => sum + tokens, 0n),
    answers: BigInt(receipts.length),
    depth: tree.depth,
    claims: parts.map(({ leaf }, i) => ({ leaf, ...tree.proof(BigInt(i)) })),
    providers,
    ...showing(tree, parts),
  };
}

/** Whether a claim belongs to a book (DESIGN 8). */
export function isProviderInBook(context: Bytes32, book: BookRoot, { leaf, ...proof }: ProviderProof): boolean {
  const root = { hash: book.root, sumMor: book.totalMor };
  const isDeep = BigInt(proof.siblings.length) === book.depth;
  return isDeep && isInSumTree(root, providerLeafNode(context, leaf), proof);
}

/**
 * The MOR positions of a receipt that is shown: [fromMor, toMor) of the book (DESIGN 8). Exact.
 * @throws PROOF_INVALID if one of the proofs does not lead to its root.
 */
export function shownInterval(
  context: Bytes32,
  book: BookRoot,
  { provider, receipt }: ShownReceipt,
): { readonly fromMor: bigint; readonly toMor: bigint } {
  const { receiptsRoot, dayMor } = provider.leaf;
  const leaf = receiptLeafNode(context, receipt.leaf);
  const isInReceipts = isInSumTree({ hash: receiptsRoot, sumMor: dayMor }, leaf, receipt);
  if (!isInReceipts || !isProviderInBook(context, book, provider)) {
    throw new ProtocolError('PROOF_INVALID', { root: book.root, rfcId: receipt.leaf.rfcId });
  }
  const left = foldSumProof(providerLeafNode(context, provider.leaf), provider).leftMor;
  const fromMor = left + foldSumProof(leaf, receipt).leftMor;
  return { fromMor, toMor: fromMor + receipt.leaf.amountMor };
}

interface BookPart<Leaf extends ReceiptLeaf> {
  readonly leaf: ProviderLeaf;
  readonly receipts: readonly Leaf[];
  readonly tree: SumTree;
}

function showing<Leaf extends ReceiptLeaf>(
  tree: SumTree,
  parts: readonly BookPart<Leaf>[],
): Pick<DayBookTree<Leaf>, 'receiptAt' | 'receiptOf'> {
  const partAt = (index: bigint) => placed(parts, index);
  const receiptOf = (providerIndex: bigint, receiptIndex: bigint): ShownReceipt<Leaf> => {
    const part = partAt(providerIndex);
    return {
      provider: { leaf: part.leaf, ...tree.proof(providerIndex) },
      receipt: { leaf: placed(part.receipts, receiptIndex), ...part.tree.proof(receiptIndex) },
    };
  };
  const receiptAt = (positionMor: bigint): ShownReceipt<Leaf> => {
    const { index, leftMor } = tree.positionOf(positionMor);
    return receiptOf(index, partAt(index).tree.positionOf(positionMor - leftMor).index);
  };
  return { receiptAt, receiptOf };
}

function placed<Item>(items: readonly Item[], index: bigint): Item {
  const item = items[Number(index)];
  if (item === undefined) throw new ProtocolError('SUM_TREE_INDEX_INVALID', { index, leaves: BigInt(items.length) });
  return item;
}

function creditedMor(receipts: readonly ReceiptLeaf[]): bigint {
  return receipts.reduce((sum, { amountMor, rfcId }) => {
    if (amountMor <= 0n) throw new ProtocolError('RECEIPT_WITHOUT_AMOUNT', { rfcId, amountMor });
    return sum + amountMor;
  }, 0n);
}
