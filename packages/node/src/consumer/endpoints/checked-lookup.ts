import { lookup, type LookupAddress, type LookupOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { type EndpointPolicy, requireAllowed } from './endpoint.js';

/**
 * Resolves host names for connecting and refuses addresses that the policy refuses: what is checked is what is
 * connected to, so a name cannot change its mind between the two.
 */
export function checkedLookup(policy: EndpointPolicy): LookupFunction {
  return (host, options: LookupOptions, callback) => {
    lookup(host, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      const failure = error ?? refusalOf(host, addresses, policy);
      const [first] = addresses ?? [];
      if (failure !== undefined || first === undefined) {
        callback((failure ?? new Error('no address')) as NodeJS.ErrnoException, options.all === true ? [] : '', 0);
      } else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

function refusalOf(host: string, addresses: readonly LookupAddress[], policy: EndpointPolicy): Error | undefined {
  try {
    // One bad address is enough: a name that also points inside is not a provider's.
    for (const { address } of addresses) requireAllowed(address, { endpoint: host, policy });
    return undefined;
  } catch (error) {
    return error as Error;
  }
}
