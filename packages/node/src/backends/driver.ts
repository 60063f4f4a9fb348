/** Where a backend is, whoever runs it. */
export interface Driver {
  /** Base URL with `/v1`; undefined while it does not run. */
  url(): string | undefined;
  headers(): Readonly<Record<string, string>>;
  /** What is asked to see whether it is well; below it, not in `/v1`, for servers of ours. */
  probeUrl(): string | undefined;
  stop(): Promise<void>;
}
