import { fileURLToPath } from 'node:url';

/** Root of the repository, where Hardhat runs. */
export const REPOSITORY = fileURLToPath(new URL('../../../../', import.meta.url));
