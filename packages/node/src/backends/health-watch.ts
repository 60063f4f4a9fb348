import type { Log } from '@yellowstone/service';

/** Measures something again and again. */
export interface HealthWatch {
  isHealthy(): boolean;
  reportFailure(): void;
  stop(): void;
}

interface HealthDeps {
  readonly log: Log;
  /** True if it is well; must have its own timeout. */
  readonly probe: () => Promise<boolean>;
}

interface HealthOptions {
  readonly name: string;
  readonly intervalMs?: number;
}

/** Measures once, then every `intervalMs` until stopped. */
export async function watchHealth(
  { log, probe }: HealthDeps,
  { name, intervalMs = 5_000 }: HealthOptions,
): Promise<HealthWatch> {
  let isHealthy = false;
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;

  const become = (next: boolean): void => {
    if (next !== isHealthy) log[next ? 'info' : 'warn']({ model: name }, next ? 'backend is up' : 'backend is down');
    isHealthy = next;
  };
  const measure = async (): Promise<void> => {
    const result = await probe().catch(() => false);
    if (isStopped) return;
    become(result);
    timer = setTimeout(() => void measure(), intervalMs).unref();
  };
  await measure();
  return {
    isHealthy: () => isHealthy,
    reportFailure: () => become(false),
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
