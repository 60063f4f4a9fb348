import { IYellowstone__factory } from './factories/contracts/interfaces/IYellowstone__factory.js';
import { DevMor__factory } from './factories/contracts/test/DevMor__factory.js';

export { IYellowstone__factory } from './factories/contracts/interfaces/IYellowstone__factory.js';
export { IDelegateRegistry__factory } from './factories/contracts/interfaces/IDelegateRegistry__factory.js';
export { TimelockController__factory } from './factories/@openzeppelin/contracts/governance/TimelockController__factory.js';
export { DevMor__factory } from './factories/contracts/test/DevMor__factory.js';

export type * from './contracts/interfaces/IYellowstone.js';
export type { IDelegateRegistry } from './contracts/interfaces/IDelegateRegistry.js';
export type { TimelockController } from './@openzeppelin/contracts/governance/TimelockController.js';
export type { ApprovalEvent, DevMor, TransferEvent } from './contracts/test/DevMor.js';
export type { TypedContractEvent } from './common.js';

/** ABI of the diamond with literal types, for viem and abitype. */
export const yellowstoneAbi = IYellowstone__factory.abi;
/** ABI of the MOR token with literal types; `mint` exists on local networks only. */
export const morAbi = DevMor__factory.abi;

export { deploymentOf, deployments, type Deployment } from './deployments.js';
