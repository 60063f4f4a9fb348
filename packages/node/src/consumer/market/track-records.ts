import type { Bid } from '@yellowstone/client';
import type { Clock } from '../../clock.js';
import { type AnswerSummary, faultOf } from '../answer-summary.js';
import { createMeasurements, type Measurement } from './measurements.js';
import { createProviderRests, type ProviderHealth } from './provider-rests.js';

/** What this node has seen of providers: how good they are, and whether they are asked now. */
export interface TrackRecords {
  healthOf(provider: Bid['provider']): ProviderHealth;
  measuredOf(bid: Bid): Measurement | undefined;
  /** A provider is asked for a session now. */
  begin(bid: Bid): void;
  failed(bid: Bid): void;
  answered(bid: Bid, answer: AnswerSummary): void;
}

export function createTrackRecords({ clock }: { readonly clock: Pick<Clock, 'monotonic'> }): TrackRecords {
  const rests = createProviderRests({ clock });
  const measurements = createMeasurements();
  return {
    healthOf: rests.healthOf,
    measuredOf: measurements.of,
    begin: ({ provider }) => rests.begin(provider),
    failed(bid) {
      measurements.recordFailure(bid);
      rests.fail(bid.provider);
    },
    answered(bid, answer) {
      measurements.record(bid, answer);
      if (answer.end === 'whole' && faultOf(answer) !== 'empty') rests.succeed(bid.provider);
    },
  };
}
