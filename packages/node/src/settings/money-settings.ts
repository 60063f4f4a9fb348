import { parseMor } from '@yellowstone/protocol';
import { optional, setting } from '@yellowstone/service';
import { Type } from 'typebox';

/** Money that is moved without being asked; off unless a threshold is set. */
export const withdrawSettings = {
  withdrawFromMor: optional(
    setting({
      env: 'YELLOWSTONE_AUTO_WITHDRAW_MOR',
      description:
        'Withdraw unstaked MOR without being asked once so much is due; more than a transaction is worth to you [MOR].',
      expected: 'an amount of MOR, like 5; without it nothing is withdrawn',
      schema: Type.String(),
      parse: parseMor,
    }),
  ),
  autoMoveHours: setting({
    env: 'YELLOWSTONE_AUTO_HOURS',
    description: 'How often it is looked whether something is due; no move happens twice within that time [h].',
    expected: 'a whole number from 1 to 168',
    schema: Type.Integer({ minimum: 1, maximum: 168 }),
    fallback: '6',
  }),
} as const;

/** The same for what a provider earned. */
export const claimSettings = {
  claimFromMor: optional(
    setting({
      env: 'YELLOWSTONE_AUTO_CLAIM_MOR',
      description:
        'Claim earnings, and close direct sessions that ended, without being asked once they bring so much; more than a transaction is worth to you [MOR].',
      expected: 'an amount of MOR, like 5; without it nothing is claimed',
      schema: Type.String(),
      parse: parseMor,
    }),
  ),
} as const;
