/** How an endpoint is, for people and for probes. */
export interface RpcEndpointHealth {
  /** Host and port, without path and key. */
  readonly host: string;
  readonly state: RpcEndpointState;
  /** Latest block it told; undefined until it was asked. */
  readonly head: bigint | undefined;
  /** Failures in a row. */
  readonly failures: number;
  /** Why it is not used, in words. */
  readonly reason: string | undefined;
}

/** `excluded` is for good: it serves another chain. */
export type RpcEndpointState = 'ready' | 'unknown' | 'resting' | 'behind' | 'excluded';

/** In order of preference. */
export interface RpcHealth {
  /** True if an endpoint can be read from now, as far as is known. */
  readonly isReady: boolean;
  readonly endpoints: readonly RpcEndpointHealth[];
}

/** What happened to an endpoint, once for each change. */
export type RpcEvent =
  | { readonly kind: 'failed' | 'excluded' | 'behind'; readonly host: string; readonly reason: string }
  | { readonly kind: 'recovered' | 'caught up'; readonly host: string }
  /** A start that goes on trying. */
  | { readonly kind: 'waiting'; readonly reason: string; readonly waitMs: number };

export type ReportRpc = (event: RpcEvent) => void;
