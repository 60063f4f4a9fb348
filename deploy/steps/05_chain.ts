import type { DeployFunction } from 'hardhat-deploy/types';
import { configOf } from '../config';

/** Stops before anything is sent if the chain is not the one the configuration was written for. */
const step: DeployFunction = async ({ ethers, network }) => {
  const { chainId: expected } = configOf(network.name);
  const { chainId } = await ethers.provider.getNetwork();
  if (expected === undefined || chainId === BigInt(expected)) return;
  throw new Error(`network ${network.name} must be chain ${expected}, its RPC URL answers as chain ${chainId}`);
};

step.tags = ['chain'];
export default step;
