import type { Answer, AnswerLeaf } from './answer.js';
import { compareProviderLeaves, type DayBookTree, type ProviderLeaf } from './day-book-tree.js';
import { ProtocolError } from './errors.js';
import { providerReceipt } from './provider-receipt.js';
import { requestForCompute } from './request-for-compute.js';
import { ticket } from './ticket.js';
import { type MessageDomain, recover, type TypedMessage } from './typed-data.js';
import type { Address, BidId, ModelId } from './units.js';
import { usageReport } from './usage-report.js';

/** What makes a day book fall, in the words of the contract (DESIGN 8). */
export type Fault =
  | 'AmountIsZero'
  | 'TokensTooHigh'
  | 'AmountWrong'
  | 'PriceTooHigh'
  | 'RunningTooLow'
  | 'OtherRouter'
  | 'OtherDay'
  | 'OtherProvider'
  | 'OtherRequest'
  | 'OtherModel'
  | 'OtherBid'
  | 'SignatureInvalid'
  | 'RunningAboveCap'
  | 'RequestTwice'
  | 'ProvidersOutOfOrder';

/** What only the chain knows of the day of a book. */
export interface BookFacts {
  /** A token bid by its id, whether active or not; undefined if there is none. */
  readonly bidOf: (
    bidId: BidId,
  ) => { readonly provider: Address; readonly modelId: ModelId; readonly pricePerTokenMor: bigint } | undefined;
  /** Whether a key was registered for an owner, and not revoked, on the day of the book. */
  readonly isKeyGood: (key: Address, owner: Address) => boolean;
  /** `userMaxMor` of a user at the router on the day of the book [MOR-wei]. */
  readonly userMaxMorOf: (user: Address) => bigint;
}

/** Where a book stands. */
export interface BookPlace {
  readonly domain: MessageDomain;
  readonly router: Address;
  readonly day: bigint;
}

/** Where a fault lies: one place of an answer, two of a pair, the two providers of an order. */
export interface FoundFault {
  readonly fault: Fault;
  readonly places: readonly { readonly providerIndex: bigint; readonly receiptIndex: bigint }[];
}

interface PlacedAnswer {
  readonly leaf: AnswerLeaf;
  readonly provider: Address;
  readonly providerIndex: bigint;
  readonly receiptIndex: bigint;
}

/**
 * The first fault of a book, as the contract judges it; undefined if there is none (DESIGN 8, Challenge). Sums always add
 * up in a tree that was built here: a root that differs from the committed one is seen before.
 */
export function faultOf(place: BookPlace, book: DayBookTree<AnswerLeaf>, facts: BookFacts): FoundFault | undefined {
  const answers = book.providers.flatMap(({ provider, receipts }, i) =>
    receipts.map((leaf, j) => ({ leaf, provider, providerIndex: BigInt(i), receiptIndex: BigInt(j) })),
  );
  return orderFault(book) ?? firstFault(answers, (answer) => singleFault(place, answer, facts)) ?? pairFault(answers);
}

/** The fault of one answer under a provider's leaf; undefined if there is none. */
export function faultOfAnswer(
  place: BookPlace,
  provider: Address,
  leaf: AnswerLeaf,
  facts: BookFacts,
): Fault | undefined {
  const { answer } = leaf;
  return (
    amountFault(answer) ??
    nameFault(place, provider, leaf) ??
    bidFault(provider, answer, facts) ??
    (isSigned(place, provider, answer, facts) ? undefined : 'SignatureInvalid') ??
    (answer.runningMor > facts.userMaxMorOf(answer.rfc.user) ? 'RunningAboveCap' : undefined)
  );
}

/**
 * The fault of two answers at different places of one book: one request twice, or a running sum of a user that is too
 * low for the answers numbered before it; undefined if there is none.
 */
export function faultOfPair(first: AnswerLeaf, second: AnswerLeaf): Fault | undefined {
  if (first.rfcId === second.rfcId) return 'RequestTwice';
  const isOrdered = sameHex(userOf(first), userOf(second)) && first.runningNumber <= second.runningNumber;
  return isOrdered && second.runningMor < first.runningMor + second.amountMor ? 'RunningTooLow' : undefined;
}

/** The fault of two neighbouring provider leaves; undefined if the left one comes first. */
export function faultOfNeighbours(left: ProviderLeaf, right: ProviderLeaf): Fault | undefined {
  const isInOrder = compareProviderLeaves(left, right) < 0 && !sameHex(left.provider, right.provider);
  return isInOrder ? undefined : 'ProvidersOutOfOrder';
}

// --- The checks of one answer, in the order of the contract

function amountFault(answer: Answer): Fault | undefined {
  const { tokens, amountMor, pricePerTokenMor, runningMor } = answer;
  if (amountMor === 0n) return 'AmountIsZero';
  const counts = [answer.ticket.tokenMax, answer.receipt.tokens, answer.report.tokens];
  if (counts.some((count) => tokens > count)) return 'TokensTooHigh';
  if (tokens * pricePerTokenMor !== amountMor) return 'AmountWrong';
  if (pricePerTokenMor > answer.ticket.pricePerTokenMor) return 'PriceTooHigh';
  return runningMor < amountMor ? 'RunningTooLow' : undefined;
}

function nameFault({ router, day }: BookPlace, provider: Address, leaf: AnswerLeaf): Fault | undefined {
  const { rfc, ticket: granted, receipt, report } = leaf.answer;
  if (!sameHex(rfc.router, router) || !sameHex(report.router, router)) return 'OtherRouter';
  if ([rfc.day, granted.day, report.day].some((named) => named !== day)) return 'OtherDay';
  if (!sameHex(granted.provider, provider)) return 'OtherProvider';
  if (![granted, receipt, report].every(({ rfcId }) => sameHex(rfcId, leaf.rfcId))) return 'OtherRequest';
  if (granted.tokenMax > rfc.tokenMax) return 'TokensTooHigh';
  if (!sameHex(granted.sessionKey, rfc.sessionKey)) return 'OtherRequest';
  return sameHex(granted.modelId, rfc.modelId) ? undefined : 'OtherModel';
}

function bidFault(provider: Address, answer: Answer, { bidOf }: BookFacts): Fault | undefined {
  const bid = bidOf(answer.ticket.bidId);
  if (bid === undefined || !sameHex(bid.provider, provider)) return 'OtherBid';
  if (!sameHex(bid.modelId, answer.ticket.modelId)) return 'OtherModel';
  return answer.pricePerTokenMor > bid.pricePerTokenMor ? 'PriceTooHigh' : undefined;
}

function isSigned({ domain, router }: BookPlace, provider: Address, answer: Answer, { isKeyGood }: BookFacts): boolean {
  const { user } = answer.rfc;
  const signed: readonly (readonly [owner: Address, message: TypedMessage, signature: string])[] = [
    [user, requestForCompute(domain, answer.rfc), answer.rfcSignature],
    [router, ticket(domain, answer.ticket), answer.ticketSignature],
    [provider, providerReceipt(domain, answer.receipt), answer.receiptSignature],
    [user, usageReport(domain, answer.report), answer.reportSignature],
  ];
  return signed.every(([owner, message, signature]) => {
    const key = keyOf(message, signature);
    return key !== undefined && isKeyGood(key, owner);
  });
}

function keyOf(message: TypedMessage, signature: string): Address | undefined {
  try {
    return recover(signature, message);
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}

// --- Finding them in a book

function orderFault({ claims }: DayBookTree): FoundFault | undefined {
  const left = claims.findIndex(({ leaf }, i) => {
    const next = claims[i + 1];
    return next !== undefined && faultOfNeighbours(leaf, next.leaf) !== undefined;
  });
  if (left < 0) return undefined;
  const places = [left, left + 1].map((index) => ({ providerIndex: BigInt(index), receiptIndex: 0n }));
  return { fault: 'ProvidersOutOfOrder', places };
}

function singleFault(place: BookPlace, answer: PlacedAnswer, facts: BookFacts): FoundFault | undefined {
  return found(faultOfAnswer(place, answer.provider, answer.leaf, facts), answer);
}

/** Answers without a fault of their own: requests credited twice, then each user's answers by their numbers. */
function pairFault(answers: readonly PlacedAnswer[]): FoundFault | undefined {
  const byRequest = new Map<string, PlacedAnswer>();
  const byUser = new Map<string, PlacedAnswer[]>();
  for (const answer of answers) {
    const twin = byRequest.get(answer.leaf.rfcId);
    if (twin !== undefined) return found(faultOfPair(twin.leaf, answer.leaf), twin, answer);
    byRequest.set(answer.leaf.rfcId, answer);
    const user = userOf(answer.leaf).toLowerCase();
    const earlier = byUser.get(user);
    if (earlier === undefined) byUser.set(user, [answer]);
    else earlier.push(answer);
  }
  return firstFault([...byUser.values()], runningFault);
}

/**
 * Numbers and sums of one user must rise together. It is enough to compare each answer with the highest sum before it,
 * and both ways with one of the same number.
 */
function runningFault(answers: readonly PlacedAnswer[]): FoundFault | undefined {
  const ordered = answers.toSorted((a, b) => Number(a.leaf.runningNumber - b.leaf.runningNumber));
  let highest: PlacedAnswer | undefined;
  for (const answer of ordered) {
    if (highest !== undefined) {
      const fault = found(faultOfPair(highest.leaf, answer.leaf), highest, answer);
      const reversed = found(faultOfPair(answer.leaf, highest.leaf), answer, highest);
      if (fault !== undefined || reversed !== undefined) return fault ?? reversed;
    }
    highest = answer;
  }
  return undefined;
}

function firstFault<Item>(
  items: readonly Item[],
  find: (item: Item) => FoundFault | undefined,
): FoundFault | undefined {
  for (const item of items) {
    const fault = find(item);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function found(fault: Fault | undefined, ...answers: readonly PlacedAnswer[]): FoundFault | undefined {
  if (fault === undefined) return undefined;
  return { fault, places: answers.map(({ providerIndex, receiptIndex }) => ({ providerIndex, receiptIndex })) };
}

function userOf({ answer }: AnswerLeaf): Address {
  return answer.rfc.user;
}

function sameHex(first: string, second: string): boolean {
  return first.toLowerCase() === second.toLowerCase();
}
