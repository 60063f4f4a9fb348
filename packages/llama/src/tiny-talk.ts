import { fileURLToPath } from 'node:url';

/**
 * A 298 kB model that answers the 24 questions of `training/corpus.ts`; anything else makes it talk nonsense.
 * SHA-256 9b6ecc40607dcd221b20dafd47caae40cb18416f53ca4d6d1319541fa3fa6068, rebuilt by `npm run train`.
 */
export const tinyTalkPath = fileURLToPath(new URL('../models/tiny-talk.gguf', import.meta.url));
