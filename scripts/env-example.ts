import { chatSettings, logSettings } from '../packages/node/dist/cli/settings.js';
import { consumerSettings, offerSettings, providerSettings } from '../packages/node/dist/config.js';
import { renderEnvExample } from '../packages/service/dist/env-example.js';
import { writeOrCheck } from './generated-file';

/** Writes `.env.example` from the settings of the node; `--check` only compares. Needs a build. */
const text = renderEnvExample([
  { title: 'Every program', settings: offerSettings },
  { title: 'yellowstone provider up', settings: providerSettings },
  { title: 'yellowstone consumer up', settings: consumerSettings },
  { title: 'yellowstone chat, and commands that end', settings: { ...chatSettings, ...logSettings } },
]);

writeOrCheck('.env.example', text, 'npm run env:example');
