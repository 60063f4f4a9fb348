/** The child process: one model, one server. Started by `start-llama.ts`, dies with it. */
import { randomBytes, randomInt } from 'node:crypto';
import { createEngine } from './engine.js';
import { createHttpServer } from './http-server.js';
import type { LlamaLog } from './log.js';
import type { WorkerOptions } from './options.js';
import { createRoutes } from './routes.js';
import { FAILURE_OF_STAGE } from './worker-messages.js';
import type { MessageFromWorker, MessageToWorker, StartStage } from './worker-messages.js';

const MAX_SEED = 2 ** 32 - 2;

let stage: StartStage = 'process';
let stop: () => Promise<void> = async () => {};

// No parent, nobody to serve; SIGKILL because native code may be in the middle of a long call.
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.once('SIGTERM', () => void stop().finally(() => process.exit(0)));
// Ctrl-C reaches the whole group of processes; the parent decides when we stop.
process.on('SIGINT', () => {});
process.once('message', (message: MessageToWorker) => void start(message.options));

async function start(options: WorkerOptions): Promise<void> {
  const log = createIpcLog();
  try {
    const engine = await createEngine({ log, onStage: enter }, options);
    const deps = { engine, now: Date.now, newId: () => randomBytes(12).toString('hex') };
    const defaults = { temperature: options.defaultTemperature, newSeed: () => randomInt(MAX_SEED) };
    const server = createHttpServer({ routes: createRoutes(deps, { ...options, defaults }), log }, options);
    enter('listen');
    const port = await server.listen();
    stop = async () => {
      await server.stop();
      await engine.stop();
    };
    send({ type: 'ready', port });
  } catch (error) {
    send({
      type: 'failed',
      code: FAILURE_OF_STAGE[stage],
      reason: error instanceof Error ? error.message : String(error),
    });
  }
}

function enter(next: StartStage): void {
  stage = next;
  send({ type: 'stage', stage });
}

function createIpcLog(): LlamaLog {
  const method = (level: keyof LlamaLog) => (data: Readonly<Record<string, unknown>>, message: string) =>
    send({ type: 'log', level, data, message });
  return { info: method('info'), warn: method('warn'), error: method('error') };
}

function send(message: MessageFromWorker): void {
  // The callback swallows a closed channel: then 'disconnect' ends this process anyway.
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}
