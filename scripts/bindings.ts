import { subtask } from 'hardhat/config';
import { runTypeChain } from 'typechain';
import type { HardhatRuntimeEnvironment } from 'hardhat/types';

/** What integrators use; everything else is deployed by name. */
const BOUND = [
  'contracts/interfaces/IYellowstone.sol:IYellowstone',
  'contracts/interfaces/IDelegateRegistry.sol:IDelegateRegistry',
  'contracts/test/DevMor.sol:DevMor',
  '@openzeppelin/contracts/governance/TimelockController.sol:TimelockController',
];

/** Writes typechain-types for `BOUND` only, so that the committed bindings stay small. */
subtask('typechain:generate-types', async (args: { compileSolOutput: unknown }, hre: HardhatRuntimeEnvironment) => {
  if (process.argv.includes('coverage')) return args.compileSolOutput;
  const files = BOUND.map((name) => hre.artifacts.formArtifactPathFromFullyQualifiedName(name));
  await runTypeChain({
    cwd: hre.config.paths.root,
    filesToProcess: files,
    allFiles: files,
    outDir: 'typechain-types',
    target: 'ethers-v6',
    flags: { alwaysGenerateOverloads: false, discriminateTypes: false, node16Modules: true, environment: undefined },
  });
  return args.compileSolOutput;
});
