import type { Bid } from '@yellowstone/client';
import { type Static, Type } from 'typebox';
import { pricePerHour, pricePerMillionTokens, speedOf } from './bid-prices.js';
import type { BidRefusal, JudgedBid } from './choose-bid.js';
import type { ProviderHealth } from './provider-rests.js';

// How judged bids are shown. Amounts are decimal strings of MOR-wei.

const Mor = (description: string) => Type.String({ description: `${description} [MOR-wei]` });
const OrNull = <Schema extends ReturnType<typeof Type.Integer | typeof Type.String>>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);
const Bps = (description: string) => Type.Integer({ description: `${description} [1e4 = the price once more]` });

const HealthBody = Type.Object(
  {
    state: Type.Enum(['ready', 'resting', 'due', 'probed'], {
      description:
        'resting: failed a moment ago, asked last; due: the rest is over, the next try tells; probed: that try',
    }),
    restsMs: OrNull(Type.Integer({ description: 'how long it still rests [ms]' })),
    failures: OrNull(Type.Integer({ description: 'one after the other' })),
  },
  { description: 'whether the provider is asked now' },
);

const MeasuredBody = Type.Object(
  {
    requests: Type.Integer(),
    failures: Type.Integer({ description: 'no usable answer, or one that broke off' }),
    empties: Type.Integer({ description: 'answers with nothing in them' }),
    miscounts: Type.Integer({ description: 'answers with more tokens counted than can have passed' }),
    ttftMs: OrNull(Type.Integer({ description: 'time to the first token of streams [ms]' })),
  },
  { description: 'what this node saw since it started' },
);

const StatisticsBody = Type.Object(
  {
    sessions: Type.String({ description: 'closed' }),
    receipts: Type.String({ description: 'counted into the averages' }),
    earnedMor: Mor('earned in closed sessions'),
    failedMor: Mor('of it, earned in sessions that failed'),
    ttftMs: OrNull(Type.Integer({ description: 'average time to the first token [ms]' })),
  },
  { description: 'what the chain knows of the provider with this model' },
);

/** One bid of a model, with everything that decides whether it is taken. */
export const JudgedBidBody = Type.Object({
  bidId: Type.String(),
  provider: Type.String(),
  endpoint: Type.String(),
  createdAt: Type.Integer({ description: '[s since 1970]' }),
  providerStakeMor: Mor('stake of the provider'),
  statistics: StatisticsBody,
  pricePerSecondMor: Mor('price per second'),
  pricePerHourMor: Mor('price per hour'),
  pricePerMillionTokensMor: OrNull(Mor('what 1e6 tokens cost at the speed below; null if nobody measured it')),
  tokensPerSecond: Type.Union([Type.Number(), Type.Null()]),
  speedSource: Type.Union([Type.Enum(['own', 'chain']), Type.Null()], {
    description: 'own: measured by this node; chain: averages of receipts, which a provider can make by itself',
  }),
  health: HealthBody,
  measured: Type.Union([MeasuredBody, Type.Null()]),
  isPreferred: Type.Boolean({ description: 'its provider comes first' }),
  refusal: Type.Union([Type.Object({ reason: Type.String() }, { additionalProperties: true }), Type.Null()], {
    description: 'why it is passed over, with the values; null if it is not',
  }),
  score: Type.Object(
    {
      scoreMor: Mor('price with everything that is put on it; the lowest comes first'),
      failedOnChainBps: Bps('for sessions that failed on chain'),
      faultsHereBps: Bps('for answers that failed here'),
      slownessBps: Bps('for being slower than the fastest measured here'),
    },
    { description: 'price x (1 + the parts)' },
  ),
  isPicked: Type.Boolean({ description: 'the next session of this model would be opened on it' }),
});
export type JudgedBidBody = Static<typeof JudgedBidBody>;

export const JudgedBidsBody = Type.Object({
  model: Type.String(),
  modelId: Type.String(),
  pickedBidId: OrNull(Type.String()),
  bids: Type.Array(JudgedBidBody, { description: 'the one to be taken first, the passed over last' }),
});
export type JudgedBidsBody = Static<typeof JudgedBidsBody>;

/** @param judged as `judgeBids` orders them */
export function toJudgedBidsBody(
  { id, modelId }: { readonly id: string; readonly modelId: string },
  judged: readonly JudgedBid[],
): JudgedBidsBody {
  const picked = judged.find(({ refusal }) => refusal === undefined)?.bid.bidId ?? null;
  const bids = judged.map((one) => toBidBody(one, one.bid.bidId === picked));
  return { model: id, modelId, pickedBidId: picked, bids };
}

const MILLI = 1_000;

function toBidBody(judged: JudgedBid, isPicked: boolean): JudgedBidBody {
  const { bid, measured, refusal, score, isPreferred } = judged;
  const speed = speedOf(bid, measured);
  return {
    bidId: bid.bidId,
    provider: bid.provider,
    endpoint: bid.endpoint,
    createdAt: Number(bid.createdAt),
    providerStakeMor: bid.providerStakeMor.toString(),
    statistics: statisticsBody(bid),
    pricePerSecondMor: bid.priceMor.toString(),
    pricePerHourMor: pricePerHour(bid).toString(),
    pricePerMillionTokensMor: speed === undefined ? null : pricePerMillionTokens(bid, speed).toString(),
    tokensPerSecond: speed === undefined ? null : speed.tokensPerSecondMilli / MILLI,
    speedSource: speed?.source ?? null,
    health: healthBody(judged.health),
    measured:
      measured === undefined
        ? null
        : {
            requests: measured.requests,
            failures: measured.failures,
            empties: measured.empties,
            miscounts: measured.miscounts,
            ttftMs: measured.ttftMs ?? null,
          },
    isPreferred,
    refusal: refusal === undefined ? null : refusalBody(refusal),
    score: {
      scoreMor: score.scoreMor.toString(),
      failedOnChainBps: Number(score.failedOnChainBps),
      faultsHereBps: Number(score.faultsHereBps),
      slownessBps: Number(score.slownessBps),
    },
    isPicked,
  };
}

function statisticsBody({ statistics }: Bid): Static<typeof StatisticsBody> {
  const { sessions, receipts, earnedMor, failedMor, ttftMs } = statistics;
  return {
    sessions: sessions.toString(),
    receipts: receipts.toString(),
    earnedMor: earnedMor.toString(),
    failedMor: failedMor.toString(),
    ttftMs: receipts === 0n ? null : Number(ttftMs),
  };
}

function healthBody(health: ProviderHealth): Static<typeof HealthBody> {
  const rest = health.state === 'resting' ? health : undefined;
  return { state: health.state, restsMs: rest?.leftMs ?? null, failures: rest?.failures ?? null };
}

function refusalBody(refusal: BidRefusal): { readonly reason: string } {
  const values = Object.entries(refusal).map(([name, value]) => [name, typeof value === 'bigint' ? `${value}` : value]);
  return { ...(Object.fromEntries(values) as object), reason: refusal.reason };
}
