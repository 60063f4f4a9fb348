import type { Reads } from '@yellowstone/client';
import type { Address } from '@yellowstone/protocol';
import type { EarnedMoney, EarnedSession, ServedAnswers, ServedDay } from '@yellowstone/service';

/** What was served of a model, and what its sessions that were closed earned. */
export interface ModelSums {
  readonly answers: bigint;
  readonly failures: bigint;
  readonly inputTokens: bigint;
  readonly outputTokens: bigint;
  /** How long the backend was at work, all requests together [µs]. */
  readonly servedUs: bigint;
  readonly sessionsClosed: bigint;
  /** Length of them that counted [s]. */
  readonly sessionSeconds: bigint;
  /** What the pool owes for them [MOR-wei]. */
  readonly creditedMor: bigint;
  /** What their users paid for them, escrow included [MOR-wei]. */
  readonly directMor: bigint;
}

export interface ModelDay extends ModelSums {
  readonly modelId: string;
}

/** What was paid out on a UTC day. */
export interface PaidDay {
  /** Vested credits that were claimed [MOR-wei]. */
  readonly claimedMor: bigint;
  /** Direct pay that had waited in escrow [MOR-wei]. */
  readonly withdrawnMor: bigint;
}

export interface EarningsDay extends PaidDay {
  /** Days since 1970-01-01 UTC. */
  readonly day: number;
  readonly models: readonly ModelDay[];
}

export interface Earnings {
  readonly provider: Address;
  /** Days on which something happened, in order. */
  readonly days: readonly EarningsDay[];
  readonly total: ModelSums & PaidDay;
  /** Up to when the chain was read [ms]; undefined = not yet. */
  readonly readToAt: number | undefined;
  /** What is owed at this moment [MOR-wei]. */
  readonly owed: {
    /** Open sessions count in full. */
    readonly unvestedMor: bigint;
    readonly vestedMor: bigint;
    /** The part of what is vested that the guard of the pool lets out now. */
    readonly claimableMor: bigint;
    /** Direct pay that waits in escrow. */
    readonly directMor: bigint;
  };
}

/** UTC days, in days since 1970; both belong to it. */
export interface DayRange {
  readonly from: number;
  readonly to: number;
}

interface ReportDeps {
  readonly served: Pick<ServedAnswers, 'byDay'>;
  readonly earned: Pick<EarnedMoney, 'cursor' | 'sessions' | 'payments'>;
  readonly reads: Pick<Reads, 'sessionCredits' | 'directOwed' | 'pool'>;
}

/** Puts together what was served, by the database, and what was earned, by the chain. */
export function createEarningsReport(
  { served, earned, reads }: ReportDeps,
  { provider }: { readonly provider: Address },
) {
  return async (range: DayRange): Promise<Earnings> => {
    const [servedDays, sessions, payments, cursor, credits, directMor, pool] = await Promise.all([
      served.byDay(range),
      earned.sessions(range),
      earned.payments(range),
      earned.cursor(),
      reads.sessionCredits(provider),
      reads.directOwed(provider),
      reads.pool(),
    ]);
    const days = new Map<number, { models: Map<string, ModelSums>; paid: PaidDay }>();
    const dayOf = (day: number) => {
      const known = days.get(day) ?? { models: new Map<string, ModelSums>(), paid: NOTHING_PAID };
      days.set(day, known);
      return known;
    };
    const add = (day: number, modelId: string, part: ModelSums): void => {
      const { models } = dayOf(day);
      models.set(modelId, sumOf(models.get(modelId) ?? NOTHING, part));
    };
    for (const one of servedDays) add(one.day, one.modelId, { ...NOTHING, ...toServed(one) });
    for (const one of sessions) add(one.day, one.modelId, { ...NOTHING, ...toEarned(one) });
    for (const { day, isDirect, paidMor } of payments) {
      const known = dayOf(day);
      known.paid = sumOf(
        known.paid,
        isDirect ? { claimedMor: 0n, withdrawnMor: paidMor } : { claimedMor: paidMor, withdrawnMor: 0n },
      );
    }
    const listed = [...days]
      .sort(([a], [b]) => a - b)
      .map(([day, { models, paid }]): EarningsDay => ({ day, ...paid, models: listOf(models) }));
    const { vestedMor, unvestedMor } = credits;
    const claimableMor = vestedMor < pool.availableMor ? vestedMor : pool.availableMor;
    return {
      provider,
      days: listed,
      total: totalOf(listed),
      readToAt: cursor?.readToAt,
      owed: { unvestedMor, vestedMor, claimableMor, directMor },
    };
  };
}

export type ReportEarnings = ReturnType<typeof createEarningsReport>;

const NOTHING: ModelSums = {
  answers: 0n,
  failures: 0n,
  inputTokens: 0n,
  outputTokens: 0n,
  servedUs: 0n,
  sessionsClosed: 0n,
  sessionSeconds: 0n,
  creditedMor: 0n,
  directMor: 0n,
};
const NOTHING_PAID: PaidDay = { claimedMor: 0n, withdrawnMor: 0n };

function toServed({ answers, failures, inputTokens, outputTokens, durationUs }: ServedDay) {
  return { answers, failures, inputTokens, outputTokens, servedUs: durationUs };
}

function toEarned({ isDirect, usedSeconds, creditedMor }: EarnedSession) {
  const earned = isDirect ? { directMor: creditedMor } : { creditedMor };
  return { sessionsClosed: 1n, sessionSeconds: usedSeconds, ...earned };
}

function totalOf(days: readonly EarningsDay[]): Earnings['total'] {
  const models = days.flatMap((day) => day.models.map(({ modelId: _, ...sums }): ModelSums => sums));
  const paid = days.map(({ claimedMor, withdrawnMor }): PaidDay => ({ claimedMor, withdrawnMor }));
  return { ...models.reduce(sumOf, NOTHING), ...paid.reduce(sumOf, NOTHING_PAID) };
}

/** Field by field. */
function sumOf<Sums extends { readonly [Name in keyof Sums]: bigint }>(a: Sums, b: Sums): Sums {
  const names = Object.keys(a) as (keyof Sums)[];
  return Object.fromEntries(names.map((name) => [name, (a[name] as bigint) + (b[name] as bigint)])) as Sums;
}

function listOf(models: ReadonlyMap<string, ModelSums>): readonly ModelDay[] {
  return [...models].sort(([a], [b]) => (a < b ? -1 : 1)).map(([modelId, sums]) => ({ modelId, ...sums }));
}
