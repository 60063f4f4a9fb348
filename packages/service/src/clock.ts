/** The wall clock [ms], injected so that tests own time. */
export interface WallClock {
  now(): number;
}
