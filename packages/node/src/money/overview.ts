import type { Stake } from '@yellowstone/client';
import type { ChainIntent } from '@yellowstone/service';
import { type Static, Type } from 'typebox';
import type { Money } from './read-money.js';

// The money view, as it travels over HTTP and as the command prints it. Amounts are decimal strings.

const Mor = (description: string) => Type.String({ description: `${description} [MOR-wei]` });
const At = (description: string) => Type.Integer({ description: `${description} [s since 1970]` });

const StakeBody = Type.Object({
  activeMor: Mor('staked now'),
  countedMor: Mor('what counts today'),
  usedMor: Mor('allowance of today that is used'),
  remainingMor: Mor('allowance of today that is left'),
});

const PendingIntent = Type.Object({
  id: Type.String(),
  kind: Type.String({ description: 'what it does' }),
  state: Type.Enum(['intended', 'signed', 'sent'], {
    description: 'intended: written down; signed: has a nonce; sent: waits for a block',
  }),
  nonce: Type.Union([Type.Integer(), Type.Null()]),
  createdAt: At('when it was written down'),
  ageSeconds: Type.Integer(),
});

export const Overview = Type.Object({
  now: At('time of the chain, by which days begin and stake can leave'),
  account: Type.String({ description: 'pays, stakes and has sessions' }),
  provider: Type.String({ description: 'whose earnings are shown; the account itself unless it acts for another' }),
  walletMor: Mor('in the wallet'),
  etherWei: Type.String({ description: 'pays gas [wei, 1e-18 ETH]' }),
  approvedMor: Mor('what the diamond may take out of the wallet'),
  stakes: Type.Object({ session: StakeBody, access: StakeBody }),
  unstaking: Type.Object({
    dueMor: Mor('can be withdrawn now'),
    pending: Type.Array(
      Type.Object({
        amountMor: Mor('on its way'),
        withdrawableAt: At('when it can leave'),
        withdrawableAtIso: Type.String(),
      }),
    ),
  }),
  escrowMor: Mor('in sessions that are paid directly and not closed'),
  directOwedMor: Mor('direct earnings that could not be paid out'),
  providerStakeMor: Mor('staked as provider'),
  credits: Type.Object({
    unvestedMor: Mor('earned, vests later; open sessions count in full'),
    vestedMor: Mor('earned and vested'),
    claimableMor: Mor('of it, what the pool guard lets out now'),
  }),
  day: Type.Object({
    day: Type.Integer({ description: 'UTC day since 1970-01-01' }),
    budgetMor: Mor('what the pool promises to everybody on this day'),
    endsAt: At('when a new allowance begins'),
    spentMor: Type.Union([Mor('what sessions opened today cost, as this node wrote it down'), Type.Null()]),
    maxMorPerDay: Type.Union([Mor('the most that this may be'), Type.Null()], { description: 'null = no such limit' }),
  }),
  pendingIntents: Type.Union([Type.Array(PendingIntent), Type.Null()], {
    description: 'chain writes that are on their way, oldest first; null where no journal was looked into',
  }),
});
export type Overview = Static<typeof Overview>;

/** What a node knows beside the chain. */
export interface NodeBooks {
  /** [MOR-wei]; undefined = not written down here. */
  readonly spentMor: bigint | undefined;
  readonly maxMorPerDay: bigint | undefined;
  /** Undefined = nobody looked. */
  readonly pending: readonly Pick<ChainIntent, 'id' | 'kind' | 'state' | 'nonce' | 'createdAt'>[] | undefined;
}

const MS_PER_SECOND = 1_000;

/** @param nowMs by the wall clock, for ages [ms] */
export function toOverview(money: Money, { spentMor, maxMorPerDay, pending }: NodeBooks, nowMs: number): Overview {
  const { stakes, unstaking, credits, day } = money;
  return {
    now: Number(money.now),
    account: money.account,
    provider: money.provider,
    walletMor: money.walletMor.toString(),
    etherWei: money.etherWei.toString(),
    approvedMor: money.approvedMor.toString(),
    stakes: { session: stakeBody(stakes.session), access: stakeBody(stakes.access) },
    unstaking: {
      dueMor: unstaking.dueMor.toString(),
      pending: unstaking.pending.map(({ amountMor, withdrawableAt }) => ({
        amountMor: amountMor.toString(),
        withdrawableAt: Number(withdrawableAt),
        withdrawableAtIso: new Date(Number(withdrawableAt) * MS_PER_SECOND).toISOString().replace('.000Z', 'Z'),
      })),
    },
    escrowMor: money.escrowMor.toString(),
    directOwedMor: money.directOwedMor.toString(),
    providerStakeMor: money.providerStakeMor.toString(),
    credits: {
      unvestedMor: credits.unvestedMor.toString(),
      vestedMor: credits.vestedMor.toString(),
      claimableMor: credits.claimableMor.toString(),
    },
    day: {
      day: Number(day.day),
      budgetMor: day.budgetMor.toString(),
      endsAt: Number(day.endsAt),
      spentMor: spentMor?.toString() ?? null,
      maxMorPerDay: maxMorPerDay?.toString() ?? null,
    },
    pendingIntents: pending?.map((intent) => pendingBody(intent, nowMs)) ?? null,
  };
}

function stakeBody({ activeMor, countedMor, usedMor, remainingMor }: Stake): Static<typeof StakeBody> {
  return {
    activeMor: activeMor.toString(),
    countedMor: countedMor.toString(),
    usedMor: usedMor.toString(),
    remainingMor: remainingMor.toString(),
  };
}

function pendingBody(
  { id, kind, state, nonce, createdAt }: NonNullable<NodeBooks['pending']>[number],
  nowMs: number,
): Static<typeof PendingIntent> {
  return {
    id: id.toString(),
    kind,
    // What is on its way is in one of these states.
    state: state as Static<typeof PendingIntent>['state'],
    nonce: nonce ?? null,
    createdAt: Math.floor(createdAt / MS_PER_SECOND),
    ageSeconds: Math.max(0, Math.floor((nowMs - createdAt) / MS_PER_SECOND)),
  };
}
