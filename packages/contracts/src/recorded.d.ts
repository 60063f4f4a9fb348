import type { Deployment } from './deployments.js';

/** What `deployments.json` says, by decimal chain id; `build.mjs` writes the module. */
export declare const recorded: Readonly<Record<string, Deployment>>;
