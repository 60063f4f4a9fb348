#!/usr/bin/env node
// Behaves as a llama-server does where the node relies on it, as a program of its own: arguments, loading before serving,
// its API key, its habits over HTTP. Its "model" is a JSON file that says how it is to behave:
// { loadMs, failsToLoad, diesOn, ignoresSigterm, chatters }.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import process from 'node:process';

const KNOWN = ['--model', '--alias', '--host', '--port', '--parallel', '--ctx-size', '--n-gpu-layers'];

const options = {};
for (let at = 2; at < process.argv.length; at += 2) {
  const name = process.argv[at];
  if (!KNOWN.includes(name)) {
    process.stderr.write(`error: invalid argument: ${name}\n`);
    process.exit(1);
  }
  options[name] = process.argv[at + 1];
}
const model = JSON.parse(readFileSync(options['--model'], 'utf8'));
const apiKey = process.env.LLAMA_API_KEY;
let isLoaded = false;

process.stdout.write(`main: arguments ${process.argv.slice(2).join(' ')}\n`);
process.stdout.write(`main: environment ${Object.keys(process.env).sort().join(' ')}\n`);
if (model.ignoresSigterm) process.on('SIGTERM', () => process.stdout.write('I do not care\n'));
setTimeout(() => {
  if (model.failsToLoad) {
    process.stderr.write(`llama_model_load: error loading model: ${model.failsToLoad}\n`);
    process.exit(1);
  }
  isLoaded = true;
  process.stdout.write('main: server is listening\n');
}, model.loadMs ?? 0);

function send(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}

/** Error codes are numbers here. */
function refuse(response, code, type, message) {
  send(response, code, { error: { code, message, type } });
}

const words = ['I', ' am', ' a', ' llama', '.'];

function answer(response, ask) {
  // Without a maximum it goes on for as long as it likes.
  const said = words.slice(0, ask.max_tokens ?? words.length);
  const usage = { prompt_tokens: 3, completion_tokens: said.length, total_tokens: 3 + said.length };
  const finish_reason = said.length < words.length ? 'length' : 'stop';
  if (ask.stream !== true) {
    const message = { role: 'assistant', content: said.join('') };
    send(response, 200, {
      object: 'chat.completion',
      model: options['--alias'],
      choices: [{ index: 0, message, finish_reason }],
      usage,
    });
    return;
  }
  const chunk = (choices, more = {}) =>
    response.write(`data: ${JSON.stringify({ object: 'chat.completion.chunk', choices, ...more })}\n\n`);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  chunk([{ index: 0, delta: { role: 'assistant', content: null }, finish_reason: null }]);
  for (const content of said) chunk([{ index: 0, delta: { content }, finish_reason: null }]);
  chunk([{ index: 0, delta: {}, finish_reason }]);
  if (ask.stream_options?.include_usage) chunk([], { usage });
  response.end('data: [DONE]\n\n');
  // It said keep-alive and closes all the same.
  response.once('finish', () => response.socket?.destroySoon());
}

const server = createServer((request, response) => {
  if (request.url === '/health') {
    if (isLoaded) send(response, 200, { status: 'ok' });
    else refuse(response, 503, 'unavailable_error', 'Loading model');
    return;
  }
  if (!isLoaded) return refuse(response, 503, 'unavailable_error', 'Loading model');
  if (request.headers.authorization !== `Bearer ${apiKey}`) {
    return refuse(response, 401, 'authentication_error', 'Invalid API Key');
  }
  let text = '';
  request.setEncoding('utf8').on('data', (part) => (text += part));
  request.on('end', () => {
    if (model.chatters) process.stdout.write(`slot 0 | prompt: ${text}\n`.repeat(model.chatters));
    if (model.diesOn !== undefined && text.includes(model.diesOn)) process.abort();
    let ask;
    try {
      ask = JSON.parse(text);
    } catch (error) {
      return refuse(response, 500, 'server_error', error.message);
    }
    answer(response, ask);
  });
});
server.listen(Number(options['--port']), options['--host']);
