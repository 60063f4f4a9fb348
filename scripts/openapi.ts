import { format, resolveConfig } from 'prettier';
import { describeApi } from '../packages/node/dist/describe-api.js';
import { writeOrCheck } from './generated-file';

/** Writes the OpenAPI document of the nodes from the schemas they check requests with; `--check` only compares. */
const FILE = 'docs/reference/openapi.json';

async function main(): Promise<void> {
  const text = JSON.stringify(await describeApi(), null, 2);
  writeOrCheck(FILE, await format(text, { ...(await resolveConfig(FILE)), filepath: FILE }), 'npm run docs:openapi');
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
