/** What a node says in one line of JSON as soon as it can be used. */
export interface Ready {
  readonly ready: true;
  readonly url: string;
  /** Of the operator's API of a provider. */
  readonly apiUrl?: string;
}

/** Long enough for a busy machine [ms]. */
export const START_MS = 90_000;

/** What the line says if it is the one of a node that is ready. */
export function readReady(line: string): Ready | undefined {
  return line.startsWith('{"ready":true') ? (JSON.parse(line) as Ready) : undefined;
}
