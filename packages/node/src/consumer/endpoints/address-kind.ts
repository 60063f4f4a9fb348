import { BlockList, isIP } from 'node:net';

/** What an IP address may be used for: everybody's, a private net's, or no endpoint at all. */
export type AddressKind = 'public' | 'private' | 'forbidden';

const PRIVATE = blockList([
  ['10.0.0.0', 8],
  ['100.64.0.0', 10], // carriers' NAT
  ['127.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['::1', 128],
  ['fc00::', 7],
]);

/** Never an endpoint, not even in development: link-local nets hold the metadata services of clouds. */
const FORBIDDEN = blockList([
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24], // documentation
  ['192.88.99.0', 24], // 6to4 relays
  ['198.18.0.0', 15], // benchmarks
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4],
  ['::', 128],
  ['64:ff9b::', 96], // NAT64 and the following carry IPv4 addresses inside
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32], // documentation
  ['2002::', 16],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
]);

/** Sorts an IP address in its usual notation; anything that is none is forbidden. */
export function addressKindOf(address: string): AddressKind {
  const version = isIP(address);
  if (version === 0) return 'forbidden';
  const inner = version === 6 ? innerIpv4(address) : undefined;
  if (inner !== undefined) return addressKindOf(inner);
  const family = version === 6 ? 'ipv6' : 'ipv4';
  if (FORBIDDEN.check(address, family)) return 'forbidden';
  return PRIVATE.check(address, family) ? 'private' : 'public';
}

/** The IPv4 address inside an IPv4-mapped or IPv4-compatible one. */
function innerIpv4(address: string): string | undefined {
  const bare = address.split('%', 1)[0] ?? address;
  // The URL parser writes IPv6 addresses in one canonical way, with the last 32 bits as two groups of hex.
  const canonical = new URL(`http://[${bare}]`).hostname.slice(1, -1);
  const mapped = /^::(?:ffff:)?([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonical);
  if (mapped === null) return undefined;
  const [high, low] = [parseInt(mapped[1] ?? '0', 16), parseInt(mapped[2] ?? '0', 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

function blockList(subnets: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [net, prefix] of subnets) list.addSubnet(net, prefix, isIP(net) === 6 ? 'ipv6' : 'ipv4');
  return list;
}
