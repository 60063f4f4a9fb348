const SECONDS_PER_MINUTE = 60;
const MINUTES_PER_HOUR = 60;
const MS_PER_SECOND = 1_000;

/** A length of time for people, rounded up to minutes: `47 h 59 min`, `less than a minute`. */
export function durationText(seconds: number): string {
  if (seconds < SECONDS_PER_MINUTE) return 'less than a minute';
  const minutes = Math.ceil(seconds / SECONDS_PER_MINUTE);
  const hours = Math.floor(minutes / MINUTES_PER_HOUR);
  return hours === 0 ? `${minutes} min` : `${hours} h ${minutes % MINUTES_PER_HOUR} min`;
}

/** A point in time of the chain [s], in UTC. */
export const timeText = (at: bigint): string => new Date(Number(at) * MS_PER_SECOND).toISOString();
