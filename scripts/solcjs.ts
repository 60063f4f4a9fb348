import { subtask } from 'hardhat/config';
import { TASK_COMPILE_SOLIDITY_GET_SOLC_BUILD } from 'hardhat/builtin-tasks/task-names';
// eslint-disable-next-line @typescript-eslint/no-require-imports
const solc: { version(): string } = require('solc');
import { version as installedVersion } from 'solc/package.json';

/** Compiles with the pinned npm package `solc`, so that no compiler list or binary is ever downloaded. */
subtask(TASK_COMPILE_SOLIDITY_GET_SOLC_BUILD, async (args: { solcVersion: string }) => {
  if (args.solcVersion !== installedVersion) {
    throw new Error(`hardhat.config.ts asks for solc ${args.solcVersion}, package.json installs ${installedVersion}`);
  }
  return {
    version: installedVersion,
    longVersion: solc.version().replace('.Emscripten.clang', ''),
    compilerPath: require.resolve('solc/soljson.js'),
    isSolcJs: true,
  };
});
