import { readFile } from 'node:fs/promises';
import { type Connection, createReads, createWrites, type Reads, type Writes } from '@yellowstone/client';
import {
  type Address,
  type MessageDomain,
  messageDomain,
  type MessageSigner,
  parseAddress,
} from '@yellowstone/protocol';
import { loadConfig, loadKey } from '@yellowstone/service';
import { computeAddress, Wallet } from 'ethers';
import { nodeError } from '../errors.js';
import { type ChainClock, createChainClock } from '../chain/chain.js';
import { connectChain } from '../chain/connect-chain.js';
import { loadNodeConfig } from '../config.js';
import { keySourceOf } from '../state/key-source.js';
import type { CommandContext } from './command.js';
import { lookSettings, walletSettings } from './settings.js';
import { tellingWrites } from './telling-writes.js';

/** The chain for whoever only looks. */
export interface ChainView {
  readonly connection: Connection;
  readonly reads: Reads;
  readonly chainClock: ChainClock;
  readonly domain: MessageDomain;
}

/** The chain for whoever signs. */
export interface ChainHands extends ChainView {
  /** They tell what they wait for, and stop with the command. */
  readonly writes: Writes;
  readonly signer: MessageSigner;
  readonly account: Address;
}

/** Looks at the chain; no key is needed. */
export async function withChainView(context: CommandContext, act: (view: ChainView) => Promise<void>): Promise<void> {
  await connected(context, loadConfig(lookSettings, context.env), act);
}

/** Acts with the key of the settings. Writes are sent at once, not by the journal of a node: somebody is watching. */
export async function withChainHands(
  context: CommandContext,
  act: (hands: ChainHands) => Promise<void>,
): Promise<void> {
  const { env, terminal, questions, signal, wait } = context;
  const config = loadNodeConfig(walletSettings, env);
  const source = keySourceOf(config, questions.passwordTerminal);
  const asks = 'terminal' in source;
  const key = asks ? await loadKey(source) : await wait('unlocking the key', () => loadKey(source));
  await connected(context, config, async (view) => {
    const signer = new Wallet(key.privateKey.reveal());
    const writes = tellingWrites(createWrites(view.connection, signer), { terminal, signal });
    await act({ ...view, writes, signer, account: key.address });
  });
}

async function connected(
  { wait, clock, signal }: CommandContext,
  config: Parameters<typeof connectChain>[0],
  act: (view: ChainView) => Promise<void>,
): Promise<void> {
  const connection = await wait('connecting to the chain', () => connectChain(config, signal));
  try {
    const { chainId, diamond } = connection;
    const reads = createReads(connection);
    const chainClock = createChainClock({ reads, clock });
    await act({ connection, reads, chainClock, domain: messageDomain({ chainId, diamond }) });
  } finally {
    connection.close();
  }
}

/**
 * Whose account is looked at: the one given, else that of the key, which stays locked.
 * @throws AppError file_unusable for a keystore without an address
 */
export async function accountOf({ env }: CommandContext, given: Address | undefined): Promise<Address | undefined> {
  if (given !== undefined) return given;
  const { privateKey, keystoreFile } = loadConfig(lookSettings, env);
  if (privateKey !== undefined) return parseAddress(computeAddress(privateKey.reveal()));
  return keystoreFile === undefined ? undefined : addressIn(keystoreFile);
}

/** @throws AppError account_unknown */
export async function requireAccount(context: CommandContext, given: Address | undefined): Promise<Address> {
  const account = await accountOf(context, given);
  if (account === undefined) throw nodeError('account_unknown');
  return account;
}

/** A keystore names its account in clear. */
async function addressIn(file: string): Promise<Address> {
  try {
    const { address } = JSON.parse(await readFile(file, 'utf8')) as { address?: unknown };
    return parseAddress(`0x${String(address).toLowerCase().replace(/^0x/, '')}`);
  } catch (cause) {
    throw nodeError('file_unusable', { file, reason: 'it names no account' }, { cause, hint: 'Give --account.' });
  }
}
