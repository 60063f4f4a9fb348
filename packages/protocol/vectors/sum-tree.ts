import { id, Wallet } from 'ethers';
import { type Answer, type ReceiptLeaf, receiptLeafOf, signaturesHashOf } from '../src/answer.js';
import {
  buildDayBook,
  dayBookContext,
  type ProviderProof,
  providerLeafNode,
  receiptLeafNode,
  shownInterval,
} from '../src/day-book-tree.js';
import { providerReceipt } from '../src/provider-receipt.js';
import { requestForCompute } from '../src/request-for-compute.js';
import { buildSumTree, emptyNode, hashPair, type SumNode, type SumProof } from '../src/sum-tree.js';
import { ticket } from '../src/ticket.js';
import { sign } from '../src/typed-data.js';
import { type Address, type Bytes32, MOR, parseAddress, UINT128_MAX } from '../src/units.js';
import { usageReport } from '../src/usage-report.js';
import { receiptExample, reportExample, requestExample, ticketExample } from './compute-messages.js';
import { LOCAL_DOMAIN, VECTOR_KEY } from './message-case.js';
import { type VectorCase, type VectorValue, vectorCase } from './vector-case.js';

/** Every book of this file is of this chain, diamond, router and day. */
const PLACE = {
  chainId: LOCAL_DOMAIN.chainId,
  diamond: LOCAL_DOMAIN.verifyingContract,
  router: requestExample.router,
  day: requestExample.day,
};
const CONTEXT = dayBookContext(PLACE);
const PRICE = 100_000_000_000n;
/** Receipts of each provider of the book; two providers earn the same. */
const BOOK: readonly (readonly [provider: string, tokens: readonly bigint[]])[] = [
  ['0x70997970C51812dc3A010C7d01b50e0d17dc79C8', [1_000n]],
  ['0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC', [400n, 1n, 599n]],
  ['0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65', [2_000n, 3_000n, 500n, 500n, 7n]],
];

const word = (text: string) => id(text) as Bytes32;
const nodeValue = ({ hash, sumMor }: SumNode): VectorValue => ({ hash, sumMor });
const proofValue = ({ index, siblings }: SumProof): VectorValue => ({ index, siblings: siblings.map(nodeValue) });
const claimValue = ({ leaf, ...proof }: ProviderProof): VectorValue => ({
  leaf: { ...leaf },
  ...(proofValue(proof) as object),
});

function leafOf(name: string, tokens: bigint): ReceiptLeaf {
  return {
    rfcId: word(`rfc ${name}`),
    ticketId: word(`ticket ${name}`),
    receiptId: word(`receipt ${name}`),
    reportId: word(`report ${name}`),
    signaturesHash: word(`signatures ${name}`),
    tokens,
    pricePerTokenMor: PRICE,
    amountMor: tokens * PRICE,
    runningMor: tokens * PRICE,
    runningNumber: 1n,
  };
}

/** Leaves 1 MOR, 2 MOR, … with a wei more each, the third without a sum. */
function treeCase(count: number): VectorCase {
  const leaves = Array.from({ length: count }, (_, i) => ({
    hash: word(`leaf ${i}`),
    sumMor: i === 2 ? 0n : BigInt(i + 1) * MOR + BigInt(i),
  }));
  const tree = buildSumTree(leaves);
  const positions = leaves.flatMap((_, i) => {
    const { sumMor } = leaves.slice(0, i + 1).reduce(hashPair, emptyNode);
    return [sumMor - 1n, sumMor].filter((mor) => mor >= 0n && mor < tree.root.sumMor);
  });
  return vectorCase('sumTree', { leaves: leaves.map(nodeValue), positions }, () => ({
    root: nodeValue(tree.root),
    depth: tree.depth,
    proofs: leaves.map((_, i) => proofValue(tree.proof(BigInt(i)))),
    positions: positions.map((positionMor) => ({ positionMor, ...tree.positionOf(positionMor) })),
  }));
}

async function answerCase(): Promise<VectorCase> {
  const wallet = new Wallet(VECTOR_KEY);
  const credit = {
    tokens: reportExample.tokens,
    pricePerTokenMor: ticketExample.pricePerTokenMor,
    amountMor: reportExample.tokens * ticketExample.pricePerTokenMor,
    runningMor: 3n * reportExample.tokens * ticketExample.pricePerTokenMor,
    runningNumber: 3n,
  };
  const answer: Answer = {
    rfc: requestExample,
    ticket: ticketExample,
    receipt: receiptExample,
    report: reportExample,
    rfcSignature: await sign(wallet, requestForCompute(LOCAL_DOMAIN, requestExample)),
    ticketSignature: await sign(wallet, ticket(LOCAL_DOMAIN, ticketExample)),
    receiptSignature: await sign(wallet, providerReceipt(LOCAL_DOMAIN, receiptExample)),
    reportSignature: await sign(wallet, usageReport(LOCAL_DOMAIN, reportExample)),
    ...credit,
  };
  const messages = {
    rfc: { ...answer.rfc },
    ticket: { ...answer.ticket },
    receipt: { ...answer.receipt },
    report: { ...usageReport(LOCAL_DOMAIN, answer.report).value },
  };
  return vectorCase('answer', { ...PLACE, ...answer, ...messages, privateKey: VECTOR_KEY }, () => {
    const { rfcId, ticketId, receiptId, reportId, ...leaf } = receiptLeafOf(LOCAL_DOMAIN, answer);
    const ids = { rfcId, ticketId, receiptId, reportId, signaturesHash: signaturesHashOf(answer) };
    return { context: CONTEXT, ...ids, node: nodeValue(receiptLeafNode(CONTEXT, { ...leaf, ...ids })) };
  });
}

function bookCase(): VectorCase {
  const receipts = BOOK.map(
    ([provider, list]) =>
      [parseAddress(provider), list.map((tokens, i) => leafOf(`${provider} ${i}`, tokens))] as const,
  );
  const book = buildDayBook({ context: CONTEXT, receiptsByProvider: new Map<Address, ReceiptLeaf[]>(receipts) });
  const positions = [0n, 1n, 600_699_999_999_999n, 600_700_000_000_000n, book.totalMor - 1n];
  const inputs = {
    ...PLACE,
    positions,
    providers: receipts.map(([provider, leaves]) => ({ provider, receipts: leaves.map((leaf) => ({ ...leaf })) })),
  };
  return vectorCase('dayBook', inputs, () => ({
    context: CONTEXT,
    root: book.root,
    totalMor: book.totalMor,
    totalTokens: book.totalTokens,
    answers: book.answers,
    depth: book.depth,
    claims: book.claims.map(claimValue),
    shown: positions.map((positionMor) => {
      const shown = book.receiptAt(positionMor);
      const { leaf, ...proof } = shown.receipt;
      const receipt = { leaf: { ...leaf }, ...(proofValue(proof) as object) };
      const interval = { ...shownInterval(CONTEXT, book, shown) };
      return { positionMor, ...interval, provider: claimValue(shown.provider), receipt };
    }),
  }));
}

export async function sumTreeVectors(): Promise<VectorCase[]> {
  const pairs: readonly (readonly [SumNode, SumNode])[] = [
    [emptyNode, emptyNode],
    [
      { hash: word('left'), sumMor: 1n },
      { hash: word('right'), sumMor: 2n },
    ],
    [{ hash: word('left'), sumMor: UINT128_MAX }, emptyNode],
    [
      { hash: word('left'), sumMor: UINT128_MAX - 1n },
      { hash: word('right'), sumMor: 1n },
    ],
    [
      { hash: word('left'), sumMor: UINT128_MAX },
      { hash: word('right'), sumMor: 1n },
    ],
  ];
  const places = [PLACE, { ...PLACE, chainId: 42_161n }, { ...PLACE, day: 0n }, { ...PLACE, day: 2n ** 24n - 1n }];
  const leaves = [leafOf('one', 1n), leafOf('large', 2n ** 64n - 1n)];
  const providers = [MOR, UINT128_MAX].map((dayMor) => ({
    provider: ticketExample.provider,
    dayMor,
    receiptsRoot: word('receipts'),
  }));
  return [
    ...pairs.map(([left, right]) =>
      vectorCase('hashPair', { left: nodeValue(left), right: nodeValue(right) }, () =>
        nodeValue(hashPair(left, right)),
      ),
    ),
    ...places.map((place) => vectorCase('dayBookContext', { ...place }, () => dayBookContext(place))),
    ...providers.map((leaf) =>
      vectorCase('providerLeafNode', { context: CONTEXT, leaf: { ...leaf } }, () =>
        nodeValue(providerLeafNode(CONTEXT, leaf)),
      ),
    ),
    ...leaves.map((leaf) =>
      vectorCase('receiptLeafNode', { context: CONTEXT, leaf: { ...leaf } }, () =>
        nodeValue(receiptLeafNode(CONTEXT, leaf)),
      ),
    ),
    ...[1, 2, 3, 5, 8].map(treeCase),
    await answerCase(),
    bookCase(),
  ];
}
