import {
  type Address,
  type Bytes32,
  digestOf,
  domainSeparatorOf,
  type MessageDomain,
  type NodeKeys,
  nodeKeys,
  type SessionKey,
  sessionKey,
} from '@yellowstone/protocol';
import { getAddress } from 'ethers';
import { bytes32Of, hexBytes, labelBytes, uintBytes } from './fixed-width.js';

/** Everything a provider's node needs to read the requests of a session; the same on every request. */
export interface SessionSetup {
  readonly sessionKey: SessionKey;
  /** EIP-712, by the user or the delegate; 65 bytes. */
  readonly signature: string;
  /** Which keys of the node were used: its X25519 key. */
  readonly nodeKey: Bytes32;
  /** What HPKE gives the receiver: an X25519 key used once. */
  readonly encapsulation: Bytes32;
}

/** Version of the layout. */
const VERSION = 2;
const WIDTHS = {
  version: 1,
  user: 20,
  sessionOrRfcId: 32,
  signingKey: 32,
  hpkeKey: 32,
  deadline: 5,
  signature: 65,
  nodeKey: 32,
  encapsulation: 32,
} as const;
type Field = keyof typeof WIDTHS;

/** Length of a set-up [bytes]. */
export const SETUP_BYTES = Object.values(WIDTHS).reduce((sum, width) => sum + width, 0);

/** A set-up as it travels in a header: fixed places, then base64url. */
export function formatSetup({ sessionKey: key, signature, nodeKey, encapsulation }: SessionSetup): string {
  const parts: Readonly<Record<Field, Buffer>> = {
    version: uintBytes(VERSION, WIDTHS.version),
    user: hexBytes(key.user),
    sessionOrRfcId: hexBytes(key.sessionOrRfcId),
    signingKey: hexBytes(key.signingKey),
    hpkeKey: hexBytes(key.hpkeKey),
    deadline: uintBytes(key.deadline, WIDTHS.deadline),
    signature: Buffer.from(signature.slice(2), 'hex'),
    nodeKey: hexBytes(nodeKey),
    encapsulation: hexBytes(encapsulation),
  };
  return Buffer.concat(Object.values(parts)).toString('base64url');
}

/** @throws RangeError for anything that `formatSetup` does not write. */
export function parseSetup(text: string): SessionSetup {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length !== SETUP_BYTES || bytes.toString('base64url') !== text || bytes[0] !== VERSION) {
    throw new RangeError(`a set-up is ${SETUP_BYTES} bytes in base64url and begins with ${VERSION}`);
  }
  const field = (name: Field): Buffer => {
    const names = Object.keys(WIDTHS) as Field[];
    const start = names.slice(0, names.indexOf(name)).reduce((sum, before) => sum + WIDTHS[before], 0);
    return bytes.subarray(start, start + WIDTHS[name]);
  };
  return {
    sessionKey: {
      user: getAddress(`0x${field('user').toString('hex')}`) as Address,
      sessionOrRfcId: bytes32Of(field('sessionOrRfcId')),
      signingKey: bytes32Of(field('signingKey')),
      hpkeKey: bytes32Of(field('hpkeKey')),
      deadline: BigInt(field('deadline').readUIntBE(0, WIDTHS.deadline)),
    },
    signature: `0x${field('signature').toString('hex')}`,
    nodeKey: bytes32Of(field('nodeKey')),
    encapsulation: bytes32Of(field('encapsulation')),
  };
}

interface SetupParties {
  readonly domain: MessageDomain;
  readonly nodeKeys: NodeKeys;
  readonly sessionKey: SessionKey;
}

/** What both sides must agree on for the secret to be the same: chain, diamond, session, who, and all keys. */
export function setupInfo({ domain, nodeKeys: node, sessionKey: session }: SetupParties): Buffer {
  return Buffer.concat([
    labelBytes('set-up'),
    hexBytes(domainSeparatorOf(domain)),
    hexBytes(session.sessionOrRfcId),
    hexBytes(node.provider),
    hexBytes(session.user),
    hexBytes(digestOf(nodeKeys(domain, node))),
    hexBytes(digestOf(sessionKey(domain, session))),
  ]);
}
