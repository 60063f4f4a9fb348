import { createLog } from '@yellowstone/service';
import type { Command } from 'commander';
import { createAuthenticate } from '../api-access.js';
import { consumerSettings, loadNodeConfig, timeoutsOf } from '../config.js';
import { createConsumerNode } from '../consumer/create-consumer-node.js';
import { loadLocalModels } from '../consumer/local/local-models-file.js';
import { openNodeState } from '../state/open-node-state.js';
import { withAutomaticMoves } from './automatic-moves.js';
import type { CommandContext, Run } from './command.js';
import { serveUntilSignal } from './serve.js';

/** `yellowstone consumer up` */
export function addConsumerUp(consumer: Command, run: Run): void {
  consumer
    .command('up')
    .description('serve the OpenAI API until Ctrl-C or SIGTERM; settings are YELLOWSTONE_… variables')
    .action((_: unknown, command: Command) => run(command, consumerUp, 'serving'));
}

async function consumerUp({ env, terminal, questions, clock }: CommandContext): Promise<void> {
  const config = loadNodeConfig(consumerSettings, env);
  const { localModelsFile } = config;
  const localModels = localModelsFile === undefined ? [] : await loadLocalModels({ env }, localModelsFile);
  const log = createLog({ name: 'yellowstone-consumer', level: config.logLevel });
  const state = await openNodeState(config, { log, terminal: questions.passwordTerminal });
  const { chain, journal, apiKeys, requestKeys, spending, keyUsage, database } = state;
  const authenticate = createAuthenticate({ apiKeys });
  const rpcHealth = () => chain.connection.health();
  const deps = { chain, journal, requestKeys, spending, keyUsage, apiKeys, authenticate, database, rpcHealth, log };
  const start = () => createConsumerNode(deps, { ...config, localModels, timeouts: timeoutsOf(config) });
  await serveUntilSignal(
    { log, state, terminal, role: 'consumer' },
    withAutomaticMoves({ chain, clock, log }, config, start),
  );
}
