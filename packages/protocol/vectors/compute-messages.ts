import { id } from 'ethers';
import { type BlockHeader, blockHeader } from '../src/block-header.js';
import { type DayBook, dayBook } from '../src/day-book.js';
import { keyRegistration, type KeyRegistration } from '../src/key-registration.js';
import { nodeKeys, type NodeKeys } from '../src/node-keys.js';
import { providerReceipt, type ProviderReceipt } from '../src/provider-receipt.js';
import { requestForCompute, type RequestForCompute, rfcIdOf } from '../src/request-for-compute.js';
import { sessionKey, type SessionKey } from '../src/session-key.js';
import { ticket, type Ticket } from '../src/ticket.js';
import type { MessageDomain, MessageField, TypedMessage } from '../src/typed-data.js';
import { type Bytes32, parseAddress, parseBidId, parseModelId } from '../src/units.js';
import { type UsageReport, usageReport, VERDICT_CODES } from '../src/usage-report.js';
import { ARBITRUM_DOMAIN, LOCAL_DOMAIN, messageCase } from './message-case.js';
import type { VectorCase } from './vector-case.js';

const DAY = 20_700n;
const DEADLINE = 1_788_483_600n;

const user = parseAddress('0x70997970C51812dc3A010C7d01b50e0d17dc79C8');
const provider = parseAddress('0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC');
const router = parseAddress('0x90F79bf6EB2c4f870365E785982E1f101E93b906');
const word = (text: string) => id(text) as Bytes32;

/** One request from the user's key to the day book, as it goes over the wire. */
export const requestExample: RequestForCompute = {
  user,
  router,
  modelId: parseModelId(id('model')),
  tokenMax: 4_096n,
  sessionKey: word('session key'),
  nonce: 7n,
  day: DAY,
  deadline: DEADLINE,
};
const rfcId = rfcIdOf(LOCAL_DOMAIN, requestExample);
export const ticketExample: Ticket = {
  rfcId,
  sessionKey: requestExample.sessionKey,
  provider,
  bidId: parseBidId(id('bid')),
  modelId: requestExample.modelId,
  tokenMax: 4_096n,
  pricePerTokenMor: 100_000_000_000n,
  day: DAY,
  deadline: DEADLINE,
};
export const receiptExample: ProviderReceipt = {
  rfcId,
  requestHash: word('request'),
  responseHash: word('response'),
  tokens: 1_500n,
  durationMs: 30_250n,
  ttftMs: 180n,
};
export const reportExample: UsageReport = {
  rfcId,
  router,
  day: DAY,
  tokens: 1_498n,
  durationMs: 30_400n,
  verdict: 'pass',
};
const header: BlockHeader = {
  router,
  day: DAY,
  number: 8_640n,
  previousHash: word('previous block'),
  receiptsHash: word('receipts'),
  totalMor: 149_800_000_000_000n,
  totalTokens: 1_498n,
  answers: 1n,
  seedCommitment: word('commitment'),
  revealedSeed: word('seed'),
  closedAt: DEADLINE - 600n,
};
const book: DayBook = {
  router,
  day: DAY,
  root: word('root'),
  totalMor: 149_800_000_000_000n,
  totalTokens: 1_498n,
  answers: 1n,
  depth: 6n,
};
const keys: NodeKeys = {
  provider,
  hpkeKey: word('X25519'),
  signingKey: word('Ed25519'),
  endpointHash: word('provider.example:3333'),
  validUntil: DEADLINE,
};
const key: SessionKey = {
  user,
  sessionOrRfcId: rfcId,
  signingKey: requestExample.sessionKey,
  hpkeKey: word('X25519 of the user'),
  deadline: DEADLINE,
};
const registration: KeyRegistration = { owner: user, key: provider, validUntil: DEADLINE };

const messagesIn = (domain: MessageDomain): TypedMessage[] => [
  requestForCompute(domain, requestExample),
  ticket(domain, ticketExample),
  providerReceipt(domain, receiptExample),
  usageReport(domain, reportExample),
  blockHeader(domain, header),
  dayBook(domain, book),
  nodeKeys(domain, keys),
  sessionKey(domain, key),
  keyRegistration(domain, registration),
];

/** The smallest and the largest value of a field. */
function borders({ name, type }: MessageField): readonly [lowest: string | bigint, highest: string | bigint] {
  if (name === 'verdict') return [VERDICT_CODES.none, VERDICT_CODES.fail];
  if (type === 'address') return [`0x${'00'.repeat(20)}`, parseAddress(`0x${'ff'.repeat(20)}`)];
  if (type === 'bytes32') return [`0x${'00'.repeat(32)}`, `0x${'ff'.repeat(32)}`];
  return [0n, 2n ** BigInt(type.replace('uint', '')) - 1n];
}

function atBorder(message: TypedMessage, end: 0 | 1): TypedMessage {
  const value = Object.fromEntries(message.fields.map((field) => [field.name, borders(field)[end]]));
  return { ...message, value };
}

/** Every message of requests for compute: usual on two chains, all fields at their lowest, all at their highest. */
export async function computeMessageVectors(): Promise<VectorCase[]> {
  const local = messagesIn(LOCAL_DOMAIN);
  const messages = [
    ...local,
    ...messagesIn(ARBITRUM_DOMAIN),
    ...local.map((message) => atBorder(message, 0)),
    ...local.map((message) => atBorder(message, 1)),
    usageReport(LOCAL_DOMAIN, { ...reportExample, verdict: 'fail' }),
  ];
  return Promise.all(messages.map(messageCase));
}
