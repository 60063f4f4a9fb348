import { refusal } from '../refusal';

/** Entries that can be paused, with their bit; the contracts have the same in contracts/libraries/Pause.sol. */
const ENTRIES: Readonly<Record<string, bigint>> = { register: 1n, bid: 2n, open: 4n, commit: 8n };

/** The mask of a list like `register,bid`; `all` is every entry. */
export function maskOf(list: string): bigint {
  if (list === 'all') return Object.values(ENTRIES).reduce((mask, bit) => mask | bit, 0n);
  return list.split(',').reduce((mask, name) => {
    const bit = ENTRIES[name.trim()];
    if (bit === undefined) throw refusal(`no entry ${name}; there are ${Object.keys(ENTRIES).join(', ')} and all`);
    return mask | bit;
  }, 0n);
}

/** The entries of a mask in words. */
export function entriesOf(mask: bigint): string {
  const names = Object.entries(ENTRIES).filter(([, bit]) => (mask & bit) !== 0n);
  return names.map(([name]) => name).join(', ') || 'none';
}
