import { id, Wallet } from 'ethers';
import { describe, expect, it } from 'vitest';
import { type Answer, type AnswerLeaf, receiptLeafOf } from './answer.js';
import {
  type BookFacts,
  type Fault,
  faultOf,
  faultOfAnswer,
  faultOfNeighbours,
  faultOfPair,
  type FoundFault,
} from './book-faults.js';
import { assembleDayBook, buildDayBook, dayBookContext } from './day-book-tree.js';
import { providerReceipt } from './provider-receipt.js';
import { requestForCompute, rfcIdOf } from './request-for-compute.js';
import { ticket } from './ticket.js';
import { messageDomain, sign } from './typed-data.js';
import { type Address, type Bytes32, parseAddress, parseBidId, parseModelId, parseRfcId } from './units.js';
import { usageReport } from './usage-report.js';

const address = (n: number) => parseAddress(`0x${n.toString(16).padStart(40, '0')}`);
const word = (text: string) => id(text) as Bytes32;
const [router, provider, otherProvider] = [address(1), address(2), address(3)];
const [user, otherUser] = [address(4), address(5)];
const chain = { chainId: 31_337n, diamond: address(0xd1a) };
const domain = messageDomain(chain);
const place = { domain, router, day: 20_700n };
const context = dayBookContext({ ...chain, router, day: place.day });
const modelId = parseModelId(word('model'));
const bidIdOf = (owner: Address) => parseBidId(word(`bid ${owner}`));
const keyOf = (owner: Address) => new Wallet(id(`key ${owner}`));

const facts: BookFacts = {
  bidOf: (bidId) => {
    const owner = [provider, otherProvider].find((candidate) => bidIdOf(candidate) === bidId);
    return owner && { provider: owner, modelId, pricePerTokenMor: 10n };
  },
  isKeyGood: (key, owner) => keyOf(owner).address === key,
  userMaxMorOf: () => 1_000n,
};

interface Changes {
  readonly rfc?: Partial<Answer['rfc']>;
  readonly ticket?: Partial<Answer['ticket']>;
  readonly receipt?: Partial<Answer['receipt']>;
  readonly report?: Partial<Answer['report']>;
  readonly credit?: Partial<Answer>;
}

let nonce = 0n;

/** An answer of 5 tokens at 10 wei, changed before it is signed. */
async function leafOf(server: Address, changes: Changes = {}): Promise<AnswerLeaf> {
  nonce += 1n;
  const sessionKey = word('session key');
  const common = { modelId, sessionKey, day: place.day, deadline: 1n };
  const rfc = { user, router, tokenMax: 9n, nonce, ...common, ...changes.rfc };
  const rfcId = rfcIdOf(domain, rfc);
  const granted = {
    rfcId,
    provider: server,
    bidId: bidIdOf(server),
    tokenMax: 9n,
    pricePerTokenMor: 10n,
    ...common,
    ...changes.ticket,
  };
  const receipt = {
    rfcId,
    requestHash: word('q'),
    responseHash: word('a'),
    tokens: 5n,
    durationMs: 2n,
    ttftMs: 1n,
    ...changes.receipt,
  };
  const report = {
    rfcId,
    router,
    day: place.day,
    tokens: 5n,
    durationMs: 2n,
    verdict: 'pass' as const,
    ...changes.report,
  };
  return receiptLeafOf(domain, {
    rfc,
    ticket: granted,
    receipt,
    report,
    rfcSignature: await sign(keyOf(rfc.user), requestForCompute(domain, rfc)),
    ticketSignature: await sign(keyOf(router), ticket(domain, granted)),
    receiptSignature: await sign(keyOf(server), providerReceipt(domain, receipt)),
    reportSignature: await sign(keyOf(rfc.user), usageReport(domain, report)),
    tokens: 5n,
    pricePerTokenMor: 10n,
    amountMor: 50n,
    runningMor: 50n,
    runningNumber: 1n,
    ...changes.credit,
  });
}
/** Number and running sum, or two places. */
type Sum = readonly [bigint, bigint];
const numbered = (runningNumber: bigint, runningMor: bigint, by = user) =>
  leafOf(provider, { rfc: { user: by }, credit: { runningNumber, runningMor } });

describe('an answer', () => {
  it('without a fault has none', async () => {
    expect(faultOfAnswer(place, provider, await leafOf(provider), facts)).toBeUndefined();
  });

  const cases: readonly (readonly [Fault, string, Changes])[] = [
    ['AmountIsZero', 'credits nothing', { credit: { amountMor: 0n, tokens: 0n } }],
    ['TokensTooHigh', 'credits more than the ticket grants', { ticket: { tokenMax: 4n } }],
    ['TokensTooHigh', 'credits more than the provider counted', { receipt: { tokens: 4n } }],
    ['TokensTooHigh', 'credits more than the user counted', { report: { tokens: 4n } }],
    ['AmountWrong', 'is not tokens x price', { credit: { amountMor: 51n } }],
    ['PriceTooHigh', 'costs more than the ticket says', { ticket: { pricePerTokenMor: 9n } }],
    ['RunningTooLow', 'has a running sum below itself', { credit: { runningMor: 49n } }],
    ['OtherRouter', 'was asked of another router', { rfc: { router: user } }],
    ['OtherRouter', 'was reported to another router', { report: { router: user } }],
    ['OtherDay', 'is of another day', { ticket: { day: 1n } }],
    ['OtherProvider', 'was sent to another provider', { ticket: { provider: otherProvider } }],
    ['OtherRequest', 'has the receipt of another request', { receipt: { rfcId: parseRfcId(word('other')) } }],
    ['TokensTooHigh', 'was granted more than was asked for', { ticket: { tokenMax: 10n } }],
    ['OtherRequest', 'has another session key', { ticket: { sessionKey: word('other') } }],
    ['OtherModel', 'is of another model', { ticket: { modelId: parseModelId(word('other')) } }],
    ['OtherBid', 'names a bid that is not there', { ticket: { bidId: parseBidId(word('other')) } }],
    ['OtherBid', 'names the bid of another provider', { ticket: { bidId: bidIdOf(otherProvider) } }],
    ['SignatureInvalid', 'has a signature of no form', { credit: { ticketSignature: '0x1234' } }],
    ['RunningAboveCap', 'has a running sum above the cap', { credit: { runningMor: 1_001n } }],
  ];
  it.each(cases)('has the fault %s if it %s', async (fault, _, changes) => {
    expect(faultOfAnswer(place, provider, await leafOf(provider, changes), facts)).toBe(fault);
  });

  it('is judged by the bid and the keys of the chain', async () => {
    const leaf = await leafOf(provider);
    const bid = { provider, modelId, pricePerTokenMor: 9n };
    const judge = (changed: Partial<BookFacts>) => faultOfAnswer(place, provider, leaf, { ...facts, ...changed });
    expect(judge({ bidOf: () => bid })).toBe('PriceTooHigh');
    expect(judge({ bidOf: () => ({ ...bid, modelId: parseModelId(word('other')) }) })).toBe('OtherModel');
    expect(judge({ isKeyGood: (_, owner) => owner !== provider })).toBe('SignatureInvalid');
  });

  it('does not hide a failure that is no fault', async () => {
    const leaf = await leafOf(provider);
    const broken = { ...leaf, answer: { ...leaf.answer, rfcSignature: undefined as unknown as string } };
    expect(() => faultOfAnswer(place, provider, broken, facts)).toThrow(TypeError);
  });
});

describe('two answers', () => {
  it('of one request are a fault, and of two are none', async () => {
    const [one, two] = [await numbered(1n, 50n), await numbered(2n, 100n)];
    expect([faultOfPair(one, one), faultOfPair(one, two), faultOfPair(two, one)]).toEqual([
      'RequestTwice',
      undefined,
      undefined,
    ]);
  });

  it('of one user need sums that rise with the numbers', async () => {
    const [one, two] = [await numbered(1n, 50n), await numbered(2n, 99n)];
    expect(faultOfPair(one, two)).toBe('RunningTooLow');
    expect(faultOfPair(one, await numbered(2n, 99n, otherUser))).toBeUndefined();
  });
});

describe('a book', () => {
  const bookOf = (...lists: (readonly AnswerLeaf[])[]) =>
    buildDayBook({
      context,
      receiptsByProvider: new Map(lists.map((leaves, i) => [[provider, otherProvider][i] ?? user, leaves])),
    });
  const at = (providerIndex: bigint, receiptIndex: bigint) => ({ providerIndex, receiptIndex });
  const found = (fault: Fault, ...places: FoundFault['places']): FoundFault => ({ fault, places });

  it('of good answers has no fault', async () => {
    const mine = [await numbered(3n, 150n), await numbered(1n, 50n), await numbered(1n, 50n, otherUser)];
    const other = [await leafOf(otherProvider, { credit: { runningNumber: 2n, runningMor: 100n } })];
    expect(faultOf(place, bookOf(mine, other), facts)).toBeUndefined();
  });

  it('falls by one answer, and the place is told', async () => {
    const bad = await leafOf(otherProvider, { report: { tokens: 4n } });
    const book = bookOf([await numbered(1n, 50n), await numbered(2n, 100n)], [bad]);
    expect(faultOf(place, book, facts)).toEqual(found('TokensTooHigh', at(1n, 0n)));
    expect(book.receiptOf(1n, 0n).receipt.leaf).toBe(bad);
  });

  it('falls by a request that is credited twice', async () => {
    const one = await numbered(1n, 50n);
    expect(faultOf(place, bookOf([one, await numbered(2n, 100n), one]), facts)).toEqual(
      found('RequestTwice', at(0n, 0n), at(0n, 2n)),
    );
  });

  const sums: readonly (readonly [name: string, one: Sum, two: Sum, places: Sum])[] = [
    ['a sum that does not rise', [1n, 50n], [2n, 60n], [0n, 1n]],
    ['one number twice, the higher sum last', [1n, 50n], [1n, 100n], [1n, 0n]],
    ['one number twice, the higher sum first', [1n, 100n], [1n, 50n], [0n, 1n]],
  ];
  it.each(sums)('falls by %s', async (_, one, two, [first, second]) => {
    const book = bookOf([await numbered(...one), await numbered(...two)]);
    const fault = faultOf(place, book, facts);
    expect(fault).toEqual(found('RunningTooLow', at(0n, first), at(0n, second)));
    // The contract is asked about the pair in this order.
    expect(faultOfPair(book.receiptOf(0n, first).receipt.leaf, book.receiptOf(0n, second).receipt.leaf)).toBe(
      'RunningTooLow',
    );
  });

  it('falls by the order of its providers', async () => {
    const [small, large] = [[await numbered(1n, 50n)], [await numbered(2n, 100n), await numbered(3n, 150n)]];
    const assembled = assembleDayBook(context, [
      { provider, receipts: small },
      { provider: otherProvider, receipts: large },
    ]);
    expect(faultOf(place, assembled, facts)).toEqual(found('ProvidersOutOfOrder', at(0n, 0n), at(1n, 0n)));
    const leaf = { provider, dayMor: 5n, receiptsRoot: word('root') };
    expect(faultOfNeighbours({ ...leaf, dayMor: 6n }, leaf)).toBe('ProvidersOutOfOrder');
    expect(faultOfNeighbours(leaf, { ...leaf, provider: otherProvider })).toBeUndefined();
    expect(faultOfNeighbours({ ...leaf, provider: otherProvider }, leaf)).toBe('ProvidersOutOfOrder');
  });
});
