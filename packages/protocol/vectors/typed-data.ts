import { id, Signature as EthersSignature, toBeHex, Wallet } from 'ethers';
import { sessionApproval, type SessionApproval } from '../src/session-approval.js';
import { sessionReceipt, type SessionReceipt } from '../src/session-receipt.js';
import { digestOf, recover, sign } from '../src/typed-data.js';
import { parseAddress, parseBidId, parseSessionId, UINT128_MAX } from '../src/units.js';
import { ARBITRUM_DOMAIN as arbitrum, LOCAL_DOMAIN as local, messageCase, VECTOR_KEY } from './message-case.js';
import { type VectorCase, vectorCase } from './vector-case.js';

const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

const wallet = new Wallet(VECTOR_KEY);

const usualApproval: SessionApproval = {
  bidId: parseBidId(id('bid')),
  user: parseAddress('0x70997970C51812dc3A010C7d01b50e0d17dc79C8'),
  pricePerSecondMor: 10_000_000_000n,
  maxDurationSeconds: 3_600n,
  payment: 'pool',
  nonce: 1n,
  deadline: 1_800_000_000n,
};
const emptyApproval: SessionApproval = {
  bidId: parseBidId(`0x${'00'.repeat(32)}`),
  user: parseAddress(`0x${'00'.repeat(20)}`),
  pricePerSecondMor: 0n,
  maxDurationSeconds: 0n,
  payment: 'pool',
  nonce: 0n,
  deadline: 0n,
};
const fullApproval: SessionApproval = {
  bidId: parseBidId(`0x${'ff'.repeat(32)}`),
  user: parseAddress(`0x${'ff'.repeat(20)}`),
  pricePerSecondMor: UINT128_MAX,
  maxDurationSeconds: 2n ** 32n - 1n,
  payment: 'direct',
  nonce: 2n ** 256n - 1n,
  deadline: 2n ** 40n - 1n,
};
const usualReceipt: SessionReceipt = {
  sessionId: parseSessionId(id('session')),
  inputTokens: 1_024n,
  outputTokens: 2_048n,
  tokensPerSecondMilli: 42_500n,
  ttftMs: 180n,
  deadline: 1_800_000_000n,
};
const emptyReceipt: SessionReceipt = {
  sessionId: parseSessionId(`0x${'00'.repeat(32)}`),
  inputTokens: 0n,
  outputTokens: 0n,
  tokensPerSecondMilli: 0n,
  ttftMs: 0n,
  deadline: 0n,
};
const fullReceipt: SessionReceipt = {
  sessionId: parseSessionId(`0x${'ff'.repeat(32)}`),
  inputTokens: 2n ** 64n - 1n,
  outputTokens: 2n ** 64n - 1n,
  tokensPerSecondMilli: 2n ** 32n - 1n,
  ttftMs: 2n ** 32n - 1n,
  deadline: 2n ** 40n - 1n,
};

/** Spellings of one good signature (TRUST scenario 5): the first is accepted, every other is refused. */
async function signatureCases(): Promise<VectorCase[]> {
  const message = sessionApproval(local, usualApproval);
  const good = await sign(wallet, message);
  const { r, s, v, compactSerialized } = EthersSignature.from(good);
  const body = `${r}${s.slice(2)}`;
  const otherV = v === 27 ? '1c' : '1b';
  const highS = `${r}${toBeHex(CURVE_ORDER - BigInt(s), 32).slice(2)}${otherV}`;
  const spellings: Readonly<Record<string, string>> = {
    canonical: good,
    'compact, EIP-2098': compactSerialized,
    'high s': highS,
    'v 0': `${body}00`,
    'v 1': `${body}01`,
    'v 29': `${body}1d`,
    '64 bytes': body,
    '66 bytes': `${good}00`,
    empty: '0x',
    'r 0': `0x${'00'.repeat(32)}${s.slice(2)}1b`,
    's 0': `${r}${'00'.repeat(32)}1b`,
  };
  return Object.entries(spellings).map(([name, signature]) =>
    vectorCase('recover', { name, digest: digestOf(message), signature }, () => ({
      signer: recover(signature, message),
    })),
  );
}

export async function typedDataVectors(): Promise<VectorCase[]> {
  const messages = [
    sessionApproval(local, usualApproval),
    sessionApproval(arbitrum, usualApproval),
    sessionApproval(local, { ...usualApproval, payment: 'direct' }),
    sessionApproval(local, emptyApproval),
    sessionApproval(local, fullApproval),
    sessionReceipt(local, usualReceipt),
    sessionReceipt(arbitrum, usualReceipt),
    sessionReceipt(local, emptyReceipt),
    sessionReceipt(local, fullReceipt),
  ];
  return [...(await Promise.all(messages.map(messageCase))), ...(await signatureCases())];
}
