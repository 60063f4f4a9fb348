import { isIP } from 'node:net';
import type { Provider } from '@yellowstone/client';
import type { Address } from '@yellowstone/protocol';
import { isDevelopmentChain } from '../chain/development-chains.js';
import { addressKindOf } from '../consumer/endpoints/address-kind.js';
import { endpointUrl } from '../consumer/endpoints/endpoint.js';
import type { ModelEntry } from '../backends/model-entry.js';
import { bad, failureText, type Finding, ok, unseen, warn } from './finding.js';
import type { ChainSight, DoctorReads, DoctorWorld } from './world.js';

interface Offer {
  readonly account: Address | undefined;
  /** The provider on chain, when the key is its delegate's. */
  readonly provider: Address | undefined;
  readonly models: readonly ModelEntry[];
  /** Where the node listens on this machine. */
  readonly localUrl: string;
}

const OFFER = 'Run `yellowstone provider offer`.';

/** What consumers see of a provider: registration, bids, endpoint. */
export async function checkProvider(
  world: Pick<DoctorWorld, 'resolve' | 'providerAt'>,
  chain: ChainSight | undefined,
  { account, provider: named, models, localUrl }: Offer,
): Promise<readonly Finding[]> {
  const address = named ?? account;
  const reason = chain === undefined ? 'the chain cannot be reached' : 'the account is not known';
  if (chain === undefined || address === undefined) {
    return ['provider', 'bids', 'endpoint', 'reach'].map((check) => unseen(check, reason));
  }
  const { reads, chainId } = chain;
  const registered = await reads.provider(address);
  const rights = await checkRights(reads, address, account);
  if (registered === undefined || !registered.isActive) {
    const rest = ['bids', 'endpoint', 'reach'].map((check) => unseen(check, 'the provider is not registered'));
    return [...rights, bad('provider', `${address} is not registered`, OFFER), ...rest];
  }
  const { endpoint } = registered;
  return [
    ...rights,
    ok('provider', `${address} is registered with the endpoint ${endpoint}`),
    await checkBids(reads, address, models),
    await checkName(world, endpoint, isDevelopmentChain(chainId)),
    await checkReach(world, registered, localUrl),
  ];
}

async function checkRights(
  reads: Pick<DoctorReads, 'isDelegate'>,
  provider: Address,
  account: Address | undefined,
): Promise<readonly Finding[]> {
  if (account === undefined || account === provider) return [];
  if (await reads.isDelegate({ delegate: account, account: provider, rights: 'provider' })) {
    return [ok('delegate', `${account} may sign for ${provider}`)];
  }
  const next = 'Delegate the rights of a provider to the account of the key at delegate.xyz.';
  return [bad('delegate', `${account} may not sign for ${provider}`, next)];
}

async function checkBids(
  reads: Pick<DoctorReads, 'providerBids'>,
  provider: Address,
  models: readonly ModelEntry[],
): Promise<Finding> {
  const bids = (await reads.providerBids(provider)).filter(({ isActive, unit }) => isActive && unit === 'second');
  const lacking = models.filter(({ modelId }) => !bids.some((bid) => bid.modelId === modelId));
  const unserved = bids.filter(({ modelId }) => !models.some((model) => model.modelId === modelId));
  if (bids.length === 0) return bad('bids', 'none is active, so that nobody can buy', OFFER);
  if (unserved.length > 0) {
    const ids = unserved.map(({ modelId }) => modelId).join(', ');
    return bad('bids', `sold, but not in the models file: ${ids}`, 'Add the model to the file, or delete its bid.');
  }
  if (lacking.length === 0) return ok('bids', `${bids.length} active, one for each model`);
  return warn('bids', `no active bid for ${lacking.map(({ name }) => name).join(', ')}`, OFFER);
}

/** Whether consumers would connect to the endpoint at all. */
export async function checkName(
  world: Pick<DoctorWorld, 'resolve'>,
  endpoint: string,
  isDevelopment: boolean,
): Promise<Finding> {
  const change = 'Register another endpoint with `yellowstone provider offer --endpoint`.';
  let host: string;
  try {
    host = new URL(endpointUrl(endpoint, { allowPrivate: true })).hostname.replace(/^\[|\]$/g, '');
  } catch (error) {
    return bad('endpoint', failureText(error), change);
  }
  let addresses: readonly string[];
  try {
    addresses = isIP(host) === 0 ? await world.resolve(host) : [host];
  } catch (error) {
    return bad(
      'endpoint',
      `the name ${host} does not resolve: ${failureText(error)}`,
      'Check the DNS record of the name.',
    );
  }
  const hidden = addresses.filter((address) => addressKindOf(address) !== 'public');
  if (hidden.length === 0) return ok('endpoint', `${host} is ${addresses.join(', ')}`);
  const found = `${host} is ${hidden.join(', ')}, where consumers refuse to connect`;
  return isDevelopment
    ? warn('endpoint', `${found} unless they allow private endpoints`, 'Fine for development.')
    : bad('endpoint', found, change);
}

/** Whether this provider answers at the endpoint, seen from here. */
async function checkReach(
  world: Pick<DoctorWorld, 'providerAt'>,
  { endpoint, provider }: Provider,
  localUrl: string,
): Promise<Finding> {
  const isUpHere = await world.providerAt(localUrl).then(
    () => true,
    () => false,
  );
  try {
    const found = await world.providerAt(endpointUrl(endpoint, { allowPrivate: true }));
    if (found.toLowerCase() === provider.toLowerCase()) return ok('reach', `${endpoint} answers as this provider`);
    return bad('reach', `${endpoint} answers as ${found}`, 'Point the name or the port forwarding to this node.');
  } catch (error) {
    const why = `${endpoint} does not answer: ${failureText(error)}`;
    if (!isUpHere)
      return warn('reach', `${why}; no node listens on ${localUrl}`, 'Start it with `yellowstone provider up`.');
    const next =
      'The node runs here: check proxy, port forwarding and firewall. Some routers cannot be reached from inside.';
    return bad('reach', why, next);
  }
}
