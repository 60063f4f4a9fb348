import { once } from 'node:events';
import { createNarrator } from './narrator.js';
import { runDemo } from './demo.js';

/** `npm run demo`; with `--keep` everything stays up until Ctrl-C. Exits with 0 only if every step held. */
const keeps = process.argv.includes('--keep');
const narrator = createNarrator();

try {
  const demo = await runDemo(narrator);
  narrator.step('Every step held.');
  if (keeps) {
    const body = `{"model":"tiny-talk","messages":[{"role":"user","content":"What is MOR?"}],"temperature":0}`;
    narrator.step('It stays up until Ctrl-C. Try it:');
    narrator.detail(`chain    ${demo.chain.rpcUrl}  diamond ${demo.chain.diamond}`);
    narrator.detail(`provider ${demo.provider.url}/yellowstone/info`);
    narrator.detail(`consumer ${demo.consumer.url}/v1/models`);
    const headers = `-H 'authorization: Bearer ${demo.consumer.apiKey}' -H 'content-type: application/json'`;
    narrator.detail(`curl -s ${demo.consumer.url}/v1/chat/completions ${headers} -d '${body}'`);
    await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  }
  await demo.stop();
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
