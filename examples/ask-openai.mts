// Asks a model through the official openai client. The consumer node buys the session by itself.
//   npx tsx examples/ask-openai.mts "What is a bid?"
import OpenAI from 'openai';

const { OPENAI_BASE_URL: baseURL = 'http://127.0.0.1:8083/v1' } = process.env;
const client = new OpenAI({ baseURL, apiKey: 'not needed on loopback' });

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
