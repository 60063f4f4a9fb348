import { createLog } from '@yellowstone/service';
import type { Command } from 'commander';
import { createAuthenticate } from '../api-access.js';
import { consumerSettings, loadNodeConfig, timeoutsOf } from '../config.js';
import { createConsumerNode } from '../consumer/create-consumer-node.js';
import { openNodeState } from '../state/open-node-state.js';
import type { CommandContext, Run } from './command.js';
import { serveUntilSignal } from './serve.js';

/** `yellowstone consumer up` */
export function addConsumerUp(consumer: Command, run: Run): void {
  consumer
    .command('up')
    .description('serve the OpenAI API until Ctrl-C or SIGTERM; settings are YELLOWSTONE_… variables')
    .action((_: unknown, command: Command) => run(command, consumerUp, 'serving'));
}

async function consumerUp({ env, terminal, questions }: CommandContext): Promise<void> {
  const config = loadNodeConfig(consumerSettings, env);
  const log = createLog({ name: 'yellowstone-consumer', level: config.logLevel });
  const state = await openNodeState(config, { log, terminal: questions.passwordTerminal });
  const { chain, apiKeys, requestKeys, database } = state;
  const authenticate = createAuthenticate({ apiKeys });
  const options = { ...config, timeouts: timeoutsOf(config) };
  const start = () => createConsumerNode({ chain, requestKeys, apiKeys, authenticate, database, log }, options);
  await serveUntilSignal({ log, state, terminal, role: 'consumer' }, start);
}
