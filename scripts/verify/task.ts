import { join } from 'node:path';
import { task } from 'hardhat/config';
import { TASK_COMPILE } from 'hardhat/builtin-tasks/task-names';
import { deploymentRows } from './deployment';
import { isDifferent, tableOf } from './row';
import { writeSources } from './source';

interface VerifyArguments {
  readonly noCompile: boolean;
}

task('verify:deployment', 'Compares code, functions, parameters and owner on chain with the repository')
  .addFlag('noCompile', 'take the artifacts as they are')
  .setAction(async ({ noCompile }: VerifyArguments, hre) => {
    if (!noCompile) await hre.run(TASK_COMPILE, { quiet: true });
    const rows = await deploymentRows(hre);
    tableOf(rows).forEach((line) => console.log(line));
    const differences = rows.filter(isDifferent).length;
    console.log(`${rows.length} compared, ${differences} different`);
    if (differences > 0) process.exitCode = 1;
  });

task('verify:source', 'Writes what an explorer needs to verify the recorded contracts, without network').setAction(
  async (_, hre) => {
    const folder = join(hre.config.paths.deployments, hre.network.name, 'verify');
    const contracts = await writeSources(hre, folder);
    contracts.forEach(({ name, address }) => console.log(`${name.padEnd(24)} ${address} ${name}.json`));
    console.log(`addresses, compiler and constructor arguments: ${join(folder, 'contracts.json')}`);
  },
);
