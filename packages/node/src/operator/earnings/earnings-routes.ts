import type { HttpServer } from '@yellowstone/service';
import { type Static, Type } from 'typebox';
import type { Clock } from '../../clock.js';
import type { DayRange, Earnings, EarningsDay, ModelSums, ReportEarnings } from '../../earnings/report-earnings.js';
import { Amount, fieldError, Id } from '../fields.js';

interface EarningsDeps {
  readonly report: ReportEarnings;
  /** Names of the models that are served now, by their ids. */
  readonly nameOf: (modelId: string) => string | undefined;
  readonly clock: Pick<Clock, 'now'>;
}

const Day = Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$', description: 'a UTC day, such as 2026-11-28' });
const Query = Type.Object({
  from: Type.Optional(Type.String({ ...Day, description: 'first UTC day, such as 2026-11-01; 30 days up to `to`' })),
  to: Type.Optional(Type.String({ ...Day, description: 'last UTC day, such as 2026-11-30; today' })),
});

/** Counts are decimal strings like amounts: sums of years do not fit into JSON numbers for sure. */
const Count = Type.String({ description: 'a decimal number' });
const Sums = {
  answers: Type.String({ ...Count, description: 'answers that came, whole or as far as their reader wanted' }),
  failures: Type.String({ ...Count, description: 'requests that failed at the backend' }),
  inputTokens: Count,
  outputTokens: Count,
  servedSeconds: Type.Number({ description: 'how long the backend was at work, all requests together [s]' }),
  sessionsClosed: Count,
  sessionSeconds: Type.String({ ...Count, description: 'length that counted of the sessions that were closed [s]' }),
  credited: Type.String({ ...Amount, description: 'what the pool owes for them [MOR-wei]' }),
  direct: Type.String({ ...Amount, description: 'what their users paid for them, escrow included [MOR-wei]' }),
};
const Paid = {
  claimed: Type.String({ ...Amount, description: 'vested credits that were claimed [MOR-wei]' }),
  withdrawn: Type.String({ ...Amount, description: 'direct pay that had waited in escrow [MOR-wei]' }),
};
export const EarningsBody = Type.Object({
  provider: Type.String({ description: 'whose earnings' }),
  from: Day,
  to: Day,
  days: Type.Array(
    Type.Object({
      day: Day,
      ...Paid,
      models: Type.Array(
        Type.Object({
          modelId: Id,
          name: Type.Union([Type.String(), Type.Null()], { description: 'null for a model that is not served now' }),
          ...Sums,
        }),
      ),
    }),
    { description: 'days on which something happened, each with the models that it happened with' },
  ),
  total: Type.Object({ ...Sums, ...Paid }),
  readTo: Type.Union([Type.String(), Type.Null()], {
    description: 'up to when the chain was read, seconds since 1970-01-01 UTC; null before the first look',
  }),
  owed: Type.Object({
    unvested: Type.String({ ...Amount, description: 'vests later; open sessions count in full [MOR-wei]' }),
    vested: Type.String({ ...Amount, description: 'can be claimed, as far as the pool guard lets it out [MOR-wei]' }),
    claimable: Type.String({ ...Amount, description: 'what the guard lets out of it now [MOR-wei]' }),
    direct: Type.String({ ...Amount, description: 'direct pay that waits in escrow [MOR-wei]' }),
  }),
});
export type EarningsBody = Static<typeof EarningsBody>;

const MS_PER_DAY = 86_400_000;
const MS_PER_SECOND = 1_000;
const US_PER_SECOND = 1_000_000;
const DEFAULT_DAYS = 30;
const MAX_DAYS = 366;

/** What this provider served and earned, by UTC day and model. */
export function earningsRoutes({ report, nameOf, clock }: EarningsDeps) {
  return async (server: HttpServer): Promise<void> => {
    server.get(
      '/provider/earnings',
      {
        schema: {
          tags: ['serving'],
          summary: 'What was served and earned, by UTC day and model, at most 366 days',
          querystring: Query,
          response: { 200: EarningsBody },
        },
      },
      async ({ query }) => {
        const range = parseRange(query, Math.floor(clock.now() / MS_PER_DAY));
        return toBody(await report(range), range, nameOf);
      },
    );
  };
}

/** @throws request_invalid for days that do not exist, that are in the wrong order, or too many */
function parseRange({ from, to }: Static<typeof Query>, today: number): DayRange {
  const last = to === undefined ? today : parseDay(to, 'to');
  const first = from === undefined ? last - DEFAULT_DAYS + 1 : parseDay(from, 'from');
  if (first > last) throw fieldError('from', 'must not be after `to`');
  if (last - first >= MAX_DAYS) throw fieldError('from', `must be less than ${MAX_DAYS} days before \`to\``);
  return { from: first, to: last };
}

function parseDay(text: string, field: string): number {
  const day = Date.parse(`${text}T00:00:00Z`) / MS_PER_DAY;
  if (!Number.isInteger(day) || day < 0 || formatDay(day) !== text)
    throw fieldError(field, 'must be a day of the calendar');
  return day;
}

function formatDay(day: number): string {
  return new Date(day * MS_PER_DAY).toISOString().slice(0, 10);
}

function toBody(
  { provider, days, total, readToAt, owed }: Earnings,
  { from, to }: DayRange,
  nameOf: EarningsDeps['nameOf'],
): EarningsBody {
  return {
    provider,
    from: formatDay(from),
    to: formatDay(to),
    days: days.map((one) => ({
      day: formatDay(one.day),
      ...toPaid(one),
      models: one.models.map((model) => ({
        modelId: model.modelId,
        name: nameOf(model.modelId) ?? null,
        ...toSums(model),
      })),
    })),
    total: { ...toSums(total), ...toPaid(total) },
    readTo: readToAt === undefined ? null : Math.floor(readToAt / MS_PER_SECOND).toString(),
    owed: {
      unvested: owed.unvestedMor.toString(),
      vested: owed.vestedMor.toString(),
      claimable: owed.claimableMor.toString(),
      direct: owed.directMor.toString(),
    },
  };
}

function toSums(sums: ModelSums) {
  return {
    answers: sums.answers.toString(),
    failures: sums.failures.toString(),
    inputTokens: sums.inputTokens.toString(),
    outputTokens: sums.outputTokens.toString(),
    servedSeconds: Number(sums.servedUs) / US_PER_SECOND,
    sessionsClosed: sums.sessionsClosed.toString(),
    sessionSeconds: sums.sessionSeconds.toString(),
    credited: sums.creditedMor.toString(),
    direct: sums.directMor.toString(),
  };
}

function toPaid({ claimedMor, withdrawnMor }: Pick<EarningsDay, 'claimedMor' | 'withdrawnMor'>) {
  return { claimed: claimedMor.toString(), withdrawn: withdrawnMor.toString() };
}
