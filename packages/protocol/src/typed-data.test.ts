import { AbiCoder, concat, id, keccak256, Signature as EthersSignature, toBeHex, Wallet } from 'ethers';
import { describe, expect, it } from 'vitest';
import { sessionApproval, type SessionApproval } from './session-approval.js';
import { sessionReceipt, type SessionReceipt } from './session-receipt.js';
import { MAX_SIGNATURE_S, parseSignature } from './signature.js';
import { digestOf, domainSeparatorOf, encodeTypeOf, messageDomain, recover, sign, structHashOf } from './typed-data.js';
import { parseAddress, parseBidId, parseSessionId, UINT128_MAX } from './units.js';

const wallet = new Wallet(`0x${'01'.repeat(32)}`);
const signer = parseAddress(wallet.address);
const diamond = parseAddress(`0x${'11'.repeat(20)}`);
const domain = messageDomain({ chainId: 31_337n, diamond });

const approval: SessionApproval = {
  bidId: parseBidId(`0x${'22'.repeat(32)}`),
  user: parseAddress(`0x${'33'.repeat(20)}`),
  pricePerSecondMor: UINT128_MAX,
  maxDurationSeconds: 3_600n,
  payment: 'direct',
  nonce: 2n ** 256n - 1n,
  deadline: 2n ** 40n - 1n,
};
const receipt: SessionReceipt = {
  sessionId: parseSessionId(`0x${'44'.repeat(32)}`),
  inputTokens: 10n,
  outputTokens: 2n ** 64n - 1n,
  tokensPerSecondMilli: 12_500n,
  ttftMs: 250n,
  deadline: 1_800_000_000n,
};
const approvalType =
  'SessionApproval(bytes32 bidId,address user,uint128 pricePerSecondMor,uint32 maxDurationSeconds,uint8 payment,uint256 nonce,uint40 deadline)';
const receiptType =
  'SessionReceipt(bytes32 sessionId,uint64 inputTokens,uint64 outputTokens,uint32 tokensPerSecondMilli,uint32 ttftMs,uint40 deadline)';
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

describe('typed messages', () => {
  it('have the types of the contract', () => {
    expect(encodeTypeOf(sessionApproval(domain, approval))).toBe(approvalType);
    expect(encodeTypeOf(sessionReceipt(domain, receipt))).toBe(receiptType);
  });

  it('hash as EIP-712 says, word by word', () => {
    const abi = AbiCoder.defaultAbiCoder();
    const message = sessionApproval(domain, approval);
    const struct = abi.encode(
      ['bytes32', 'bytes32', 'address', 'uint128', 'uint32', 'uint8', 'uint256', 'uint40'],
      [id(approvalType), approval.bidId, approval.user, UINT128_MAX, 3_600n, 1n, approval.nonce, approval.deadline],
    );
    const separator = abi.encode(
      ['bytes32', 'bytes32', 'bytes32', 'uint256', 'address'],
      [
        id('EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)'),
        id('Yellowstone'),
        id('1'),
        31_337n,
        diamond,
      ],
    );
    expect(structHashOf(message)).toBe(keccak256(struct));
    expect(domainSeparatorOf(domain)).toBe(keccak256(separator));
    expect(digestOf(message)).toBe(keccak256(concat(['0x1901', keccak256(separator), keccak256(struct)])));
  });

  it('come back from sign to the signer', async () => {
    for (const message of [sessionApproval(domain, approval), sessionReceipt(domain, receipt)]) {
      expect(recover(await sign(wallet, message), message)).toBe(signer);
    }
  });

  it('name another signer when a field, the chain or the diamond differs', async () => {
    const signature = await sign(wallet, sessionApproval(domain, approval));
    const others = [
      sessionApproval(domain, { ...approval, payment: 'pool' }),
      sessionApproval(messageDomain({ chainId: 42_161n, diamond }), approval),
      sessionApproval(messageDomain({ chainId: 31_337n, diamond: signer }), approval),
    ];
    for (const other of others) expect(recover(signature, other)).not.toBe(signer);
  });

  it('refuse values that do not fit', async () => {
    const invalid = expect.objectContaining({ code: 'MESSAGE_FIELD_INVALID' });
    const tooLarge = sessionApproval(domain, { ...approval, pricePerSecondMor: UINT128_MAX + 1n });
    expect(() => digestOf(tooLarge)).toThrow(invalid);
    expect(() => structHashOf(sessionReceipt(domain, { ...receipt, ttftMs: -1n }))).toThrow(invalid);
    await expect(sign(wallet, tooLarge)).rejects.toThrow(invalid);
  });
});

describe('signatures', () => {
  const message = sessionReceipt(domain, receipt);
  const code = (name: string) => expect.objectContaining({ code: name });

  it('have one accepted form', async () => {
    const good = await sign(wallet, message);
    const parsed = EthersSignature.from(good);
    const highS = toBeHex(ORDER - BigInt(parsed.s), 32).slice(2);
    const flipped = parsed.v === 27 ? '1c' : '1b';

    expect(parseSignature(good.toUpperCase().replace('0X', '0x'))).toBe(good);
    expect(() => recover(parsed.compactSerialized, message)).toThrow(code('SIGNATURE_LENGTH_INVALID'));
    for (const text of ['', '0x', good.slice(2), good.slice(0, -2), `${good}00`, good.replace('0x', '0z')]) {
      expect(() => recover(text, message)).toThrow(code('SIGNATURE_LENGTH_INVALID'));
    }
    for (const v of ['00', '01', '1a', '1d', 'ff']) {
      expect(() => recover(good.slice(0, -2) + v, message)).toThrow(code('SIGNATURE_V_INVALID'));
    }
    expect(() => recover(good.slice(0, 66) + highS + flipped, message)).toThrow(code('SIGNATURE_S_TOO_HIGH'));
  });

  it('have an s of half the order at most', () => {
    expect(MAX_SIGNATURE_S).toBe(ORDER / 2n);
    const withS = (s: bigint) => `0x${'01'.repeat(32)}${toBeHex(s, 32).slice(2)}1b`;
    expect(() => parseSignature(withS(MAX_SIGNATURE_S))).not.toThrow();
    expect(() => parseSignature(withS(MAX_SIGNATURE_S + 1n))).toThrow(code('SIGNATURE_S_TOO_HIGH'));
  });

  it('that fit no key are refused', () => {
    for (const r of ['00'.repeat(32), 'ff'.repeat(32), `${'00'.repeat(31)}05`]) {
      expect(() => recover(`0x${r}${'01'.repeat(32)}1b`, message)).toThrow(code('SIGNATURE_UNRECOVERABLE'));
    }
  });

  it('are checked when a signer makes them', async () => {
    const odd = { signTypedData: async () => '0x1234' };
    await expect(sign(odd, message)).rejects.toThrow(code('SIGNATURE_LENGTH_INVALID'));
  });
});
