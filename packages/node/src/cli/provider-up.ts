import { createLog } from '@yellowstone/service';
import type { Command } from 'commander';
import { createAuthenticate } from '../api-access.js';
import { openModelsFile } from '../backends/open-models-file.js';
import { systemClock } from '../clock.js';
import { loadNodeConfig, providerSettings, timeoutsOf } from '../config.js';
import { keepEarnings } from '../earnings/keep-earnings.js';
import { createProviderNode } from '../provider/create-provider-node.js';
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
  const modelsFile = await openModelsFile({ env, log, clock: systemClock }, config.modelsFile);
  const state = await openNodeState(config, { log, terminal: questions.passwordTerminal });
  const { chain, journal, apiKeys, keyUsage, database, usedRequestIds, nodeKeyStore, requestKeys } = state;
  const seller = config.provider ?? chain.address;
  const { served, reportEarnings, follower } = keepEarnings({ chain, database, clock, log }, seller);
  const authenticate = createAuthenticate({ apiKeys });
  const operator = { books: { journal }, requestKeys, apiKeys, keyUsage, authenticate, reportEarnings };
  const rpcHealth = () => chain.connection.health();
  const deps = { chain, usedRequestIds, nodeKeyStore, served, operator, database, modelsFile, rpcHealth, log };
  const { host, port, apiHost, apiPort, allowedHosts, graceMs, provider } = config;
  const options = {
    models: modelsFile.entries(),
    host,
    port,
    apiHost,
    apiPort,
    allowedHosts,
    graceMs,
    timeouts: timeoutsOf(config),
    ...(provider === undefined ? {} : { provider }),
  };
  const start = () => createProviderNode(deps, options);
  // The customary signal for a changed configuration. A terminal that is closed sends it too, and ends what runs in it.
  if (!questions.canAsk) process.on('SIGHUP', () => void modelsFile.reload());
  const stop = async (): Promise<void> => {
    await follower.stop();
    await state.stop();
  };
  await serveUntilSignal(
    { log, state: { ...state, stop }, terminal, role: 'provider' },
    withAutomaticMoves({ chain, clock, log }, config, start),
  );
}
