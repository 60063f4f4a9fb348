import { setTimeout as pause } from 'node:timers/promises';
import type { Program } from './process.js';

const POLL_MS = 100;

/** Waits until `holds` is true; throws after `timeoutMs` or when the program ends, with its last lines. */
export async function until(
  what: string,
  holds: () => Promise<boolean>,
  { timeoutMs, program }: { timeoutMs: number; program?: Program },
): Promise<void> {
  let hasExited = false;
  void program?.exited.then(() => (hasExited = true));
  const deadline = performance.now() + timeoutMs;
  while (!(await holds().catch(() => false))) {
    if (hasExited) throw new Error(`${what}: the program ended\n${program?.tail()}`);
    if (performance.now() > deadline) throw new Error(`${what}: not within ${timeoutMs} ms\n${program?.tail() ?? ''}`);
    await pause(POLL_MS);
  }
}

/** True if a GET of the URL answers with a 2xx. */
export async function answers(url: string, headers: Readonly<Record<string, string>> = {}): Promise<boolean> {
  return (await fetch(url, { headers, signal: AbortSignal.timeout(1_000) })).ok;
}
