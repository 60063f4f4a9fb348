import { ConfigError, type KeySource, type Terminal } from '@yellowstone/service';
import { type KeyConfig, problemsOfKey } from '../config.js';

/** Where the key of a node comes from. @throws ConfigError unless there is exactly one place */
export function keySourceOf({ privateKey, keystoreFile, passwordFile }: KeyConfig, terminal: Terminal): KeySource {
  const problems = problemsOfKey({
    privateKey: privateKey !== undefined,
    keystoreFile: keystoreFile !== undefined,
    passwordFile: passwordFile !== undefined,
  });
  if (problems.length > 0) throw new ConfigError(problems);
  if (privateKey !== undefined) return { privateKey };
  const keystore = keystoreFile!; // else there was a problem
  return passwordFile === undefined ? { keystore, terminal } : { keystore, passwordFile };
}
