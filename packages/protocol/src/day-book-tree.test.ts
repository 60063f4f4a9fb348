import { AbiCoder, id, keccak256, Wallet } from 'ethers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Answer, type ReceiptLeaf, receiptLeafOf, signaturesHashOf } from './answer.js';
import {
  assembleDayBook,
  buildDayBook,
  compareProviderLeaves,
  dayBookContext,
  isProviderInBook,
  providerLeafNode,
  receiptLeafNode,
  shownInterval,
} from './day-book-tree.js';
import { providerReceipt } from './provider-receipt.js';
import { requestForCompute, rfcIdOf } from './request-for-compute.js';
import { ticket } from './ticket.js';
import { digestOf, messageDomain, sign } from './typed-data.js';
import { type Address, type Bytes32, parseAddress, parseBidId, parseModelId, UINT128_MAX } from './units.js';
import { usageReport } from './usage-report.js';

const abi = AbiCoder.defaultAbiCoder();
const code = (name: string) => expect.objectContaining({ code: name });
const address = (n: number) => parseAddress(`0x${n.toString(16).padStart(40, '0')}`);
const word = (text: string) => id(text) as Bytes32;

const place = { chainId: 31_337n, diamond: address(0xd1a), router: address(0x707), day: 20_700n };
const context = dayBookContext(place);

const leaf = (name: string, amountMor: bigint): ReceiptLeaf => ({
  rfcId: word(`rfc ${name}`),
  ticketId: word(`ticket ${name}`),
  receiptId: word(`receipt ${name}`),
  reportId: word(`report ${name}`),
  signaturesHash: word(`signatures ${name}`),
  tokens: 3n,
  pricePerTokenMor: amountMor / 3n,
  amountMor,
  runningMor: amountMor,
  runningNumber: 1n,
});
const receiptsOf = (provider: Address, ...amounts: bigint[]) =>
  [provider, amounts.map((amountMor, i) => leaf(`${provider} ${i}`, amountMor))] as const;

describe('hashing of leaves (DESIGN 8)', () => {
  it('is bound to chain, diamond, router and day', () => {
    const type = 'DayBookContext(uint256 chainId,address diamond,address router,uint24 day)';
    const words = [id(type), place.chainId, place.diamond, place.router, place.day];
    expect(context).toBe(keccak256(abi.encode(['bytes32', 'uint256', 'address', 'address', 'uint24'], words)));
    const others = [
      { ...place, chainId: 1n },
      { ...place, diamond: address(1) },
      { ...place, router: address(1) },
      { ...place, day: 1n },
    ];
    expect(new Set([place, ...others].map(dayBookContext)).size).toBe(5);
  });

  it('of a provider is double, over the words of its type', () => {
    const provider = { provider: address(5), dayMor: UINT128_MAX, receiptsRoot: word('root') };
    const type = 'ProviderLeaf(address provider,uint128 dayMor,bytes32 receiptsRoot)';
    const words = abi.encode(
      ['bytes32', 'bytes32', 'address', 'uint128', 'bytes32'],
      [context, id(type), provider.provider, provider.dayMor, provider.receiptsRoot],
    );
    expect(providerLeafNode(context, provider)).toEqual({ hash: keccak256(keccak256(words)), sumMor: UINT128_MAX });
  });

  it('of a receipt is double, over the words of its type', () => {
    const receipt = leaf('one', 300n);
    const type =
      'ReceiptLeaf(bytes32 rfcId,bytes32 ticketId,bytes32 receiptId,bytes32 reportId,bytes32 signaturesHash,uint64 tokens,uint128 pricePerTokenMor,uint128 amountMor,uint128 runningMor,uint32 runningNumber)';
    const types = [...Array.from({ length: 7 }, () => 'bytes32'), 'uint64', 'uint128', 'uint128', 'uint128', 'uint32'];
    const { rfcId, ticketId, receiptId, reportId, signaturesHash, ...credit } = receipt;
    const { tokens, pricePerTokenMor, amountMor, runningMor, runningNumber } = credit;
    const numbers = [tokens, pricePerTokenMor, amountMor, runningMor, runningNumber];
    const ids = [rfcId, ticketId, receiptId, reportId, signaturesHash];
    const words = abi.encode(types, [context, id(type), ...ids, ...numbers]);
    expect(receiptLeafNode(context, receipt)).toEqual({ hash: keccak256(keccak256(words)), sumMor: 300n });
  });

  it('refuses numbers that do not fit', () => {
    const wide = { ...leaf('one', 300n), runningNumber: 2n ** 32n };
    expect(() => receiptLeafNode(context, wide)).toThrow(code('NUMBER_OUT_OF_RANGE'));
    expect(() => dayBookContext({ ...place, day: 2n ** 24n })).toThrow(code('NUMBER_OUT_OF_RANGE'));
  });
});

describe('receiptLeafOf', () => {
  const domain = messageDomain(place);
  const rfc = {
    user: address(1),
    router: place.router,
    modelId: parseModelId(word('model')),
    tokenMax: 9n,
    sessionKey: word('session key'),
    nonce: 1n,
    day: place.day,
    deadline: 1n,
  };
  const rfcId = rfcIdOf(domain, rfc);

  it('takes the digests of the four messages, and keeps the answer', async () => {
    const messages = {
      rfc,
      ticket: {
        rfcId,
        sessionKey: rfc.sessionKey,
        provider: address(2),
        bidId: parseBidId(word('bid')),
        modelId: rfc.modelId,
        tokenMax: 9n,
        pricePerTokenMor: 5n,
        day: place.day,
        deadline: 1n,
      },
      receipt: {
        rfcId,
        requestHash: word('q'),
        responseHash: word('a'),
        tokens: 4n,
        durationMs: 2n,
        ttftMs: 1n,
      },
      report: { rfcId, router: place.router, day: place.day, tokens: 4n, durationMs: 2n, verdict: 'pass' },
    } as const;
    const wallet = new Wallet(id('a key'));
    const signed = [
      requestForCompute(domain, messages.rfc),
      ticket(domain, messages.ticket),
      providerReceipt(domain, messages.receipt),
      usageReport(domain, messages.report),
    ];
    const signatures = await Promise.all(signed.map((message) => sign(wallet, message)));
    const [rfcSignature = '', ticketSignature = '', receiptSignature = '', reportSignature = ''] = signatures;
    const answer: Answer = {
      ...messages,
      ...{ rfcSignature, ticketSignature, receiptSignature, reportSignature },
      tokens: 4n,
      pricePerTokenMor: 5n,
      amountMor: 20n,
      runningMor: 20n,
      runningNumber: 1n,
    };
    const made = receiptLeafOf(domain, answer);
    expect([made.rfcId, made.ticketId, made.receiptId, made.reportId]).toEqual(signed.map(digestOf));
    expect(made.signaturesHash).toBe(keccak256(`0x${signatures.map((text) => keccak256(text).slice(2)).join('')}`));
    expect(made.answer).toBe(answer);
    expect(signaturesHashOf({ ...answer, reportSignature: rfcSignature })).not.toBe(made.signaturesHash);
  });
});

describe('buildDayBook (DESIGN 8)', () => {
  const receiptsByProvider = new Map([
    receiptsOf(address(9), 30n, 60n),
    receiptsOf(address(7), 300n),
    receiptsOf(address(8), 45n, 45n),
    receiptsOf(address(6)),
  ]);
  const book = buildDayBook({ context, receiptsByProvider });

  it('ranks providers by what they earned, ties by the lower address, without those that earned nothing', () => {
    const ranks = book.claims.map(({ leaf: { provider, dayMor }, index }) => [provider, dayMor, index]);
    expect(ranks).toEqual([
      [address(7), 300n, 0n],
      [address(8), 90n, 1n],
      [address(9), 90n, 2n],
    ]);
    expect(compareProviderLeaves({ provider: address(7), dayMor: 1n }, { provider: address(7), dayMor: 1n })).toBe(0);
  });

  it('adds up', () => {
    const { totalMor, totalTokens, answers, depth } = book;
    expect({ totalMor, totalTokens, answers, depth }).toEqual({
      totalMor: 480n,
      totalTokens: 15n,
      answers: 5n,
      depth: 2n,
    });
  });

  it('proves every claim, and no other', () => {
    for (const claim of book.claims) {
      expect(isProviderInBook(context, book, claim)).toBe(true);
      const more = { ...claim, leaf: { ...claim.leaf, dayMor: claim.leaf.dayMor + 1n } };
      expect(isProviderInBook(context, book, more)).toBe(false);
      expect(isProviderInBook(context, { ...book, depth: 3n }, claim)).toBe(false);
      expect(isProviderInBook(dayBookContext({ ...place, day: 1n }), book, claim)).toBe(false);
    }
  });

  it('shows the receipt at every position: the intervals fill the book', () => {
    const amounts = fc.array(fc.bigInt({ min: 1n, max: 10n ** 24n }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(fc.array(amounts, { minLength: 1, maxLength: 9 }), (providers) => {
        const receipts = new Map(providers.map((list, i) => receiptsOf(address(i + 1), ...list)));
        const built = buildDayBook({ context, receiptsByProvider: receipts });
        let positionMor = 0n;
        let shown = 0n;
        while (positionMor < built.totalMor) {
          const interval = shownInterval(context, built, built.receiptAt(positionMor));
          expect(interval.fromMor).toBe(positionMor);
          expect(built.receiptAt(interval.toMor - 1n)).toEqual(built.receiptAt(positionMor));
          positionMor = interval.toMor;
          shown += 1n;
        }
        expect([positionMor, shown]).toEqual([built.totalMor, built.answers]);
      }),
      { numRuns: 30 },
    );
    expect(() => book.receiptAt(480n)).toThrow(code('MOR_POSITION_OUTSIDE'));
  });

  it('shows a receipt by its places', () => {
    expect(book.receiptOf(2n, 1n).receipt.leaf).toEqual(leaf(`${address(9)} 1`, 60n));
    for (const [provider, receipt] of [
      [3n, 0n],
      [2n, 2n],
      [-1n, 0n],
    ] as const) {
      expect(() => book.receiptOf(provider, receipt)).toThrow(code('SUM_TREE_INDEX_INVALID'));
    }
  });

  it('refuses what is shown with a proof of something else', () => {
    const { provider, receipt } = book.receiptOf(1n, 0n);
    const others = [
      { provider, receipt: { ...receipt, leaf: leaf('other', 45n) } },
      { provider, receipt: book.receiptOf(2n, 0n).receipt },
      { provider: { ...provider, index: 0n }, receipt },
    ];
    for (const other of others) expect(() => shownInterval(context, book, other)).toThrow(code('PROOF_INVALID'));
  });

  it('refuses amounts of 0 and days without credits', () => {
    const none = new Map([receiptsOf(address(1), 0n)]);
    expect(() => buildDayBook({ context, receiptsByProvider: none })).toThrow(code('RECEIPT_WITHOUT_AMOUNT'));
    expect(() => buildDayBook({ context, receiptsByProvider: new Map() })).toThrow(code('SUM_TREE_EMPTY'));
  });

  it('takes nodes that were hashed before', () => {
    let hashed = 0;
    const nodeOf = (receipt: ReceiptLeaf) => {
      hashed += 1;
      return receiptLeafNode(context, receipt);
    };
    expect(buildDayBook({ context, receiptsByProvider, nodeOf }).root).toBe(book.root);
    expect(hashed).toBe(5);
  });

  it('leaves the order to assembleDayBook', () => {
    const [, second] = receiptsByProvider.get(address(9)) ?? [];
    const reversed = assembleDayBook(context, [
      { provider: address(9), receipts: [second as ReceiptLeaf] },
      { provider: address(7), receipts: receiptsByProvider.get(address(7)) ?? [] },
    ]);
    expect(reversed.claims.map((claim) => claim.leaf.dayMor)).toEqual([60n, 300n]);
  });
});
