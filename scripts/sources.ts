import { sep } from 'node:path';
import { subtask } from 'hardhat/config';
import { TASK_COMPILE_SOLIDITY_GET_SOURCE_PATHS } from 'hardhat/builtin-tasks/task-names';

/** What `contracts/test` has for local networks; the rest of it is for tests. */
const LOCAL_CONTRACTS = ['DevMor.sol', 'LocalDelegateRegistry.sol', 'Imports.sol'];

/** With YELLOWSTONE_SOURCES=product the compiler leaves harnesses out, which halves its time for the demo. */
subtask(TASK_COMPILE_SOLIDITY_GET_SOURCE_PATHS, async (args: { sourcePath?: string }, _hre, runSuper) => {
  const paths = (await runSuper(args)) as string[];
  if (process.env['YELLOWSTONE_SOURCES'] !== 'product') return paths;
  const isHarness = (path: string): boolean =>
    path.includes(`${sep}contracts${sep}test${sep}`) && !LOCAL_CONTRACTS.some((name) => path.endsWith(`${sep}${name}`));
  return paths.filter((path) => !isHarness(path));
});
