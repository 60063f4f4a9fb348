import { AbiCoder, concat, id, keccak256, Wallet } from 'ethers';
import { describe, expect, it } from 'vitest';
import { type BlockHeader, blockHashOf, blockHeader, requireNextBlock } from './block-header.js';
import { type DayBook, dayBook } from './day-book.js';
import { MAX_KEY_SECONDS, keyRegistration, type KeyRegistration, requireKeyValidity } from './key-registration.js';
import { nodeKeys, type NodeKeys } from './node-keys.js';
import { providerReceipt, type ProviderReceipt, requireReceiptFor } from './provider-receipt.js';
import { requestForCompute, type RequestForCompute, rfcIdOf } from './request-for-compute.js';
import { sessionKey, type SessionKey } from './session-key.js';
import { requireTicketDeadline, requireTicketFor, ticket, type Ticket } from './ticket.js';
import { digestOf, domainSeparatorOf, encodeTypeOf, messageDomain, recover, sign } from './typed-data.js';
import { type Bytes32, parseAddress, parseBidId, parseBytes32, parseModelId, parseRfcId } from './units.js';
import { requireReportFor, type UsageReport, usageReport } from './usage-report.js';

const domain = messageDomain({ chainId: 31_337n, diamond: parseAddress(`0x${'11'.repeat(20)}`) });
const wallet = new Wallet(`0x${'01'.repeat(32)}`);

const [user, router, provider] = ['22', '33', '44'].map((byte) => parseAddress(`0x${byte.repeat(20)}`)) as [
  RequestForCompute['user'],
  RequestForCompute['router'],
  Ticket['provider'],
];
const word = (byte: string): Bytes32 => parseBytes32(`0x${byte.repeat(32)}`);
const NOW = 1_800_000_000n;

const request: RequestForCompute = {
  user,
  router,
  modelId: parseModelId(word('a1')),
  tokenMax: 1_000n,
  sessionKey: word('a2'),
  nonce: 9n,
  day: 20_833n,
  deadline: NOW,
};
const rfcId = rfcIdOf(domain, request);
const answer: Ticket = {
  rfcId,
  sessionKey: word('a2'),
  provider,
  bidId: parseBidId(word('a3')),
  modelId: request.modelId,
  tokenMax: 1_000n,
  pricePerTokenMor: 10n ** 11n,
  day: 20_833n,
  deadline: NOW,
};
const receipt: ProviderReceipt = {
  rfcId,
  requestHash: word('a4'),
  responseHash: word('a5'),
  tokens: 900n,
  durationMs: 3_000n,
  ttftMs: 100n,
};
const report: UsageReport = { rfcId, router, day: 20_833n, tokens: 899n, durationMs: 3_100n, verdict: 'pass' };
const header: BlockHeader = {
  router,
  day: 20_833n,
  number: 5n,
  previousHash: word('b1'),
  receiptsHash: word('b2'),
  totalMor: 1n,
  totalTokens: 2n,
  answers: 3n,
  seedCommitment: word('b3'),
  revealedSeed: word('b4'),
  closedAt: NOW,
};
const book: DayBook = { router, day: 20_833n, root: word('b5'), totalMor: 1n, totalTokens: 2n, answers: 3n, depth: 4n };
const keys: NodeKeys = {
  provider,
  hpkeKey: word('c1'),
  signingKey: word('c2'),
  endpointHash: word('c3'),
  validUntil: NOW,
};
const key: SessionKey = { user, sessionOrRfcId: rfcId, signingKey: word('c4'), hpkeKey: word('c5'), deadline: NOW };
const registration: KeyRegistration = { owner: user, key: provider, validUntil: NOW };

/** Each message with the type string both sides build to. */
const messages = [
  [
    requestForCompute(domain, request),
    'RequestForCompute(address user,address router,bytes32 modelId,uint64 tokenMax,bytes32 sessionKey,uint256 nonce,uint24 day,uint40 deadline)',
  ],
  [
    ticket(domain, answer),
    'Ticket(bytes32 rfcId,bytes32 sessionKey,address provider,bytes32 bidId,bytes32 modelId,uint64 tokenMax,uint128 pricePerTokenMor,uint24 day,uint40 deadline)',
  ],
  [
    providerReceipt(domain, receipt),
    'ProviderReceipt(bytes32 rfcId,bytes32 requestHash,bytes32 responseHash,uint64 tokens,uint32 durationMs,uint32 ttftMs)',
  ],
  [
    usageReport(domain, report),
    'UsageReport(bytes32 rfcId,address router,uint24 day,uint64 tokens,uint32 durationMs,uint8 verdict)',
  ],
  [
    blockHeader(domain, header),
    'BlockHeader(address router,uint24 day,uint64 number,bytes32 previousHash,bytes32 receiptsHash,uint128 totalMor,uint64 totalTokens,uint32 answers,bytes32 seedCommitment,bytes32 revealedSeed,uint40 closedAt)',
  ],
  [
    dayBook(domain, book),
    'DayBook(address router,uint24 day,bytes32 root,uint128 totalMor,uint64 totalTokens,uint32 answers,uint8 depth)',
  ],
  [
    nodeKeys(domain, keys),
    'NodeKeys(address provider,bytes32 hpkeKey,bytes32 signingKey,bytes32 endpointHash,uint40 validUntil)',
  ],
  [
    sessionKey(domain, key),
    'SessionKey(address user,bytes32 sessionOrRfcId,bytes32 signingKey,bytes32 hpkeKey,uint40 deadline)',
  ],
  [keyRegistration(domain, registration), 'KeyRegistration(address owner,address key,uint40 validUntil)'],
] as const;

const refused = (code: string, field?: string) =>
  expect.objectContaining({ code, ...(field && { details: expect.objectContaining({ field }) }) });

describe('messages of requests for compute', () => {
  it.each(messages.map(([message, type]) => [message.primaryType, type, message] as const))(
    '%s has its type, and comes back to its signer',
    async (_, type, message) => {
      expect(encodeTypeOf(message)).toBe(type);
      expect(Object.keys(message.value)).toEqual(message.fields.map(({ name }) => name));
      expect(recover(await sign(wallet, message), message)).toBe(wallet.address);
    },
  );

  it('hash as EIP-712 says: the id of a request is its digest', () => {
    const struct = AbiCoder.defaultAbiCoder().encode(
      ['bytes32', 'address', 'address', 'bytes32', 'uint64', 'bytes32', 'uint256', 'uint24', 'uint40'],
      [id(messages[0][1]), ...Object.values(request)],
    );
    const digest = keccak256(concat(['0x1901', domainSeparatorOf(domain), keccak256(struct)]));
    expect(rfcIdOf(domain, request)).toBe(digest);
    expect(parseRfcId(digest)).toBe(digest);
  });

  it('carry verdicts as None 0, Pass 1, Fail 2', () => {
    const codes = (['none', 'pass', 'fail'] as const).map(
      (verdict) => usageReport(domain, { ...report, verdict }).value['verdict'],
    );
    expect(codes).toEqual([0n, 1n, 2n]);
  });

  it('refuse values that do not fit', () => {
    const wide = requestForCompute(domain, { ...request, day: 2n ** 24n });
    expect(() => digestOf(wide)).toThrow(refused('MESSAGE_FIELD_INVALID'));
  });
});

describe('a ticket (DESIGN 8, step 6)', () => {
  it('answers its request, with as many tokens or fewer, in any spelling of hex', () => {
    for (const tokenMax of [0n, 999n, 1_000n]) {
      expect(() => requireTicketFor(domain, request, { ...answer, tokenMax })).not.toThrow();
    }
    const upper = parseBytes32(request.sessionKey).toUpperCase().replace('0X', '0x') as Bytes32;
    expect(() => requireTicketFor(domain, request, { ...answer, sessionKey: upper })).not.toThrow();
  });

  it.each([
    ['rfcId', { rfcId: parseRfcId(word('ff')) }],
    ['sessionKey', { sessionKey: word('ff') }],
    ['modelId', { modelId: parseModelId(word('ff')) }],
    ['day', { day: 20_834n }],
    ['tokenMax', { tokenMax: 1_001n }],
  ])('with another %s is refused', (field, change) => {
    expect(() => requireTicketFor(domain, request, { ...answer, ...change })).toThrow(
      refused('TICKET_NOT_FOR_REQUEST', field),
    );
  });

  it('ends within the hour', () => {
    for (const now of [NOW, NOW - 3_600n]) expect(() => requireTicketDeadline(answer, now)).not.toThrow();
    for (const now of [NOW + 1n, NOW - 3_601n]) {
      expect(() => requireTicketDeadline(answer, now)).toThrow(refused('TICKET_DEADLINE_INVALID'));
    }
  });
});

describe('receipt and report (DESIGN 8, steps 8 and 9)', () => {
  it('belong to their ticket and request', () => {
    expect(() => requireReceiptFor(answer, receipt)).not.toThrow();
    expect(() => requireReportFor(domain, request, report)).not.toThrow();
  });

  it('of another request are refused', () => {
    const other = { ...receipt, rfcId: parseRfcId(word('ff')) };
    expect(() => requireReceiptFor(answer, other)).toThrow(refused('RECEIPT_NOT_FOR_TICKET', 'rfcId'));
  });

  it.each([
    ['rfcId', { rfcId: parseRfcId(word('ff')) }],
    ['router', { router: user }],
    ['day', { day: 0n }],
  ])('a report with another %s is refused', (field, change) => {
    expect(() => requireReportFor(domain, request, { ...report, ...change })).toThrow(
      refused('REPORT_NOT_FOR_REQUEST', field),
    );
  });
});

describe('the feed of blocks (DESIGN 8)', () => {
  const next: BlockHeader = { ...header, number: 6n, previousHash: blockHashOf(domain, header) };

  it('goes on with the next number, the hash before, the same day or a later one', () => {
    for (const day of [header.day, header.day + 1n]) {
      expect(() => requireNextBlock(domain, header, { ...next, day, closedAt: NOW + 12n })).not.toThrow();
    }
  });

  it.each([
    ['router', { router: user }],
    ['number', { number: 7n }],
    ['previousHash', { previousHash: header.previousHash }],
    ['day', { day: header.day - 1n }],
    ['closedAt', { closedAt: NOW - 1n }],
  ])('is broken by another %s', (field, change) => {
    expect(() => requireNextBlock(domain, header, { ...next, ...change })).toThrow(refused('BLOCK_NOT_NEXT', field));
  });
});

describe('a registered key (DESIGN 8)', () => {
  it('is good for 90 days at most', () => {
    for (const now of [NOW - 1n, NOW - MAX_KEY_SECONDS]) {
      expect(() => requireKeyValidity(registration, now)).not.toThrow();
    }
    for (const now of [NOW, NOW - MAX_KEY_SECONDS - 1n]) {
      expect(() => requireKeyValidity(registration, now)).toThrow(refused('KEY_VALIDITY_INVALID'));
    }
  });
});
