import { id, Wallet } from 'ethers';
import {
  digestOf,
  domainSeparatorOf,
  encodeTypeOf,
  messageDomain,
  recover,
  sign,
  structHashOf,
  type TypedMessage,
} from '../src/typed-data.js';
import { parseAddress } from '../src/units.js';
import { type VectorCase, vectorCase } from './vector-case.js';

/** A key for these vectors only: the hash of a sentence. */
export const VECTOR_KEY = id('yellowstone test vectors');
/** The diamond of the vectors on the local chain. */
export const LOCAL_DOMAIN = messageDomain({
  chainId: 31_337n,
  diamond: parseAddress('0x5FbDB2315678afecb367f032d93F642f64180aa3'),
});
/** Another chain and diamond, so that both are seen to matter. */
export const ARBITRUM_DOMAIN = messageDomain({ chainId: 42_161n, diamond: parseAddress(`0x${'ff'.repeat(20)}`) });

const wallet = new Wallet(VECTOR_KEY);

/** Everything that is hashed and signed of a message, signed with the key of the vectors. */
export async function messageCase(message: TypedMessage): Promise<VectorCase> {
  const { domain, primaryType, fields, value } = message;
  const signature = await sign(wallet, message);
  const inputs = {
    domain: { ...domain },
    primaryType,
    fields: fields.map(({ name, type }) => ({ name, type })),
    value: { ...value },
    privateKey: VECTOR_KEY,
  };
  return vectorCase('typedMessage', inputs, () => ({
    encodeType: encodeTypeOf(message),
    typeHash: id(encodeTypeOf(message)),
    domainSeparator: domainSeparatorOf(domain),
    structHash: structHashOf(message),
    digest: digestOf(message),
    signer: recover(signature, message),
    signature,
  }));
}
