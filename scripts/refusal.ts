import { HardhatPluginError } from 'hardhat/plugins';

/** An error that a person at the command line can act on; Hardhat prints it without a stack. */
export const refusal = (message: string): Error => new HardhatPluginError('yellowstone', message);
