import { DIAMOND } from './checks/diamond';
import { BOOKS } from './checks/books';
import { GUARD } from './checks/guard';
import { MARKET } from './checks/market';
import { MONEY } from './checks/money';
import { REHEARSED } from './checks/rehearsed';
import { SESSIONS } from './checks/sessions';
import { STAKES } from './checks/stakes';
import type { Check } from './checks/check';

/** Everything that is checked after every call. */
export const CHECKS: readonly Check[] = [
  ...MONEY,
  ...GUARD,
  ...STAKES,
  ...SESSIONS,
  ...MARKET,
  ...BOOKS,
  ...DIAMOND,
  ...REHEARSED,
];
