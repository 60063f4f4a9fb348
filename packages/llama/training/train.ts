/** Rebuilds models/tiny-talk.gguf (some minutes) and refuses to write anything but the committed bytes. */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { TINY_TALK_SHA256, TINY_TALK_STEPS, trainTinyTalk } from './tiny-talk.js';

const modelPath = fileURLToPath(new URL('../models/tiny-talk.gguf', import.meta.url));

function main(): void {
  const file = trainTinyTalk({
    onStep({ step, loss }) {
      if (step % 50 === 0) console.log(`step ${step} of ${TINY_TALK_STEPS}, loss ${loss.toFixed(4)}`);
    },
  });
  const hash = createHash('sha256').update(file).digest('hex');
  if (hash !== TINY_TALK_SHA256)
    throw new Error(
      `The trained file has SHA-256 ${hash}, expected is ${TINY_TALK_SHA256}; if the change is wanted, update TINY_TALK_SHA256 in training/tiny-talk.ts.`,
    );
  writeFileSync(modelPath, file);
  console.log(`${modelPath}: ${file.length} bytes, SHA-256 ${hash}`);
}

main();
