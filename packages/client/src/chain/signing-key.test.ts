import { Transaction, Wallet } from 'ethers';
import { describe, expect, it } from 'vitest';
import type { Connection } from './connection.js';
import { createSigningKey } from './signing-key.js';

const KEY = `0x${'42'.repeat(32)}`;
const connection = { provider: null, chainId: 31_337n } as unknown as Connection;
const call = { to: `0x${'11'.repeat(20)}`, data: '0x1234', value: 7n, gasLimit: 50_000n };

describe('a signing key', () => {
  it('hands out nonce, bytes and hash without sending', async () => {
    const key = createSigningKey(connection, { privateKey: KEY });
    const fees = { maxFeePerGas: 9n, maxPriorityFeePerGas: 2n };
    const signed = await key.sign({ ...call, fees }, 5);
    const { hash, from, nonce, chainId, to, data, value, type, maxFeePerGas } = Transaction.from(signed.rawTransaction);
    expect({ hash, from, nonce, chainId, to, data, value, type, maxFeePerGas }).toEqual({
      hash: signed.hash,
      from: key.address,
      nonce: signed.nonce,
      chainId: 31_337n,
      to: call.to,
      data: call.data,
      value: 7n,
      type: 2,
      maxFeePerGas: 9n,
    });
  });

  it('signs the same bytes again for the same nonce and fees, for chains without a base fee too', async () => {
    const key = createSigningKey(connection, new Wallet(KEY));
    const draft = { ...call, fees: { gasPrice: 3n } };
    const one = await key.sign(draft, 0);
    expect(await key.sign(draft, 0)).toEqual(one);
    expect(Transaction.from(one.rawTransaction)).toMatchObject({ type: 0, gasPrice: 3n });
  });
});
