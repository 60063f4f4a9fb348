// Asks a model through the official openai client. The consumer node buys the session by itself.
//   OPENAI_API_KEY=$(cat .local/api-key) npx tsx examples/ask-openai.mts "What is a bid?"
import OpenAI from 'openai';

// The key is one of `yellowstone keys create`.
const { OPENAI_BASE_URL: baseURL = 'http://127.0.0.1:8083/v1', OPENAI_API_KEY: apiKey } = process.env;
if (apiKey === undefined) throw new Error('OPENAI_API_KEY is missing: yellowstone keys create makes one');
const client = new OpenAI({ baseURL, apiKey });

const { data: models } = await client.models.list();
const model = models[0]?.id;
if (model === undefined) throw new Error('the market has no model');

const answer = await client.chat.completions.create({
  model,
  messages: [{ role: 'user', content: process.argv[2] ?? 'What is a bid?' }],
  temperature: 0,
  max_tokens: 64,
});
console.log(`${model}: ${answer.choices[0]?.message.content}`);
