import { createLog } from '@yellowstone/service';
import type { Command } from 'commander';
import { createAuthenticate } from '../api-access.js';
import { loadNodeConfig, providerSettings, timeoutsOf } from '../config.js';
import { createProviderNode } from '../provider/create-provider-node.js';
import { loadModelsFile } from '../backends/models-file.js';
import { openNodeState } from '../state/open-node-state.js';
import { withAutomaticMoves } from './automatic-moves.js';
import type { CommandContext, Run } from './command.js';
import { serveUntilSignal } from './serve.js';

/** `yellowstone provider up` */
export function addProviderUp(provider: Command, run: Run): void {
  provider
    .command('up')
    .description('serve sessions until Ctrl-C or SIGTERM; settings are YELLOWSTONE_… variables')
    .action((_: unknown, command: Command) => run(command, providerUp, 'serving'));
}

async function providerUp({ env, terminal, questions, clock }: CommandContext): Promise<void> {
  const config = loadNodeConfig(providerSettings, env);
  const log = createLog({ name: 'yellowstone-provider', level: config.logLevel });
  const models = await loadModelsFile({ env }, config.modelsFile);
  const state = await openNodeState(config, { log, terminal: questions.passwordTerminal });
  const { chain, journal, apiKeys, keyUsage, database, usedRequestIds, requestKeys } = state;
  const operator = {
    books: { journal },
    requestKeys,
    apiKeys,
    keyUsage,
    authenticate: createAuthenticate({ apiKeys }),
  };
  const { host, port, apiHost, apiPort, allowedHosts, provider } = config;
  const options = {
    models,
    host,
    port,
    apiHost,
    apiPort,
    allowedHosts,
    timeouts: timeoutsOf(config),
    ...(provider === undefined ? {} : { provider }),
  };
  const start = () => createProviderNode({ chain, usedRequestIds, operator, database, log }, options);
  await serveUntilSignal(
    { log, state, terminal, role: 'provider' },
    withAutomaticMoves({ chain, clock, log }, config, start),
  );
}
