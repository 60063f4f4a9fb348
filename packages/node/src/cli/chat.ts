import { loadConfig, readPassword } from '@yellowstone/service';
import { type Command, Option } from 'commander';
import { createInterface } from 'node:readline';
import { nodeError } from '../errors.js';
import { usageError } from './usage-error.js';
import { countArgument, urlArgument } from './arguments.js';
import { type ChatMessage, createChatClient, type ChatAnswer } from './chat-client.js';
import type { CommandContext, Run } from './command.js';
import { chatSettings } from './settings.js';

interface Options {
  readonly model?: string;
  readonly url?: string;
  readonly apiKeyFile?: string;
  readonly system?: string;
  readonly maxTokens?: number;
}

/** `yellowstone chat` */
export function addChat(cli: Command, run: Run): void {
  cli
    .command('chat')
    .description('talk to a model through a running consumer node; what is said is written nowhere')
    .argument('[prompt]', 'one question; - reads it from stdin; without it, a conversation until Ctrl-D')
    .option('--model <name>', 'name of the model (default: the only one there is)')
    .option('--url <url>', 'the consumer node (default: by its YELLOWSTONE_CONSUMER_… settings)', urlArgument)
    .option('--api-key-file <file>', 'file with the API key in its first line (default: YELLOWSTONE_API_KEY)')
    .option('--system <text>', 'what the model is told before')
    .addOption(new Option('--max-tokens <count>', 'most tokens of an answer').argParser(countArgument))
    .action((prompt: string | undefined, options: Options, command: Command) =>
      // Alone each answer is bounded; a conversation lasts as long as somebody talks.
      run(command, (context) => chat(context, prompt, options), 'unbounded'),
    );
}

async function chat(context: CommandContext, prompt: string | undefined, options: Options): Promise<void> {
  const { env, questions, wait, signal } = context;
  const settings = loadConfig(chatSettings, env);
  const host = ['0.0.0.0', '::'].includes(settings.host) ? '127.0.0.1' : settings.host;
  const url = options.url ?? `http://${host.includes(':') ? `[${host}]` : host}:${settings.port}`;
  const apiKey = options.apiKeyFile === undefined ? settings.apiKey : await readPassword(options.apiKeyFile);
  const client = createChatClient({ url, ...(apiKey === undefined ? {} : { apiKey }) });
  try {
    const model = options.model ?? (await wait('asking for the models', () => onlyModel(client, signal)));
    const system: readonly ChatMessage[] =
      options.system === undefined ? [] : [{ role: 'system', content: options.system }];
    const say = (messages: readonly ChatMessage[], until: AbortSignal): Promise<ChatAnswer> =>
      answerTo(context, (onPiece) =>
        client.answer({ model, messages: [...system, ...messages], maxTokens: options.maxTokens }, onPiece, until),
      );
    const isPiped = prompt === '-' || (prompt === undefined && !questions.canAsk);
    if (prompt === undefined && !isPiped) return await converse(context, say);
    const content = isPiped ? await questions.everything() : (prompt ?? '');
    if (content.trim() === '') throw usageError('The prompt is empty');
    await say([{ role: 'user', content }], signal);
  } finally {
    await client.close();
  }
}

async function onlyModel(client: ReturnType<typeof createChatClient>, signal: AbortSignal): Promise<string> {
  const models = await client.models(signal);
  const [model] = models;
  if (model === undefined) throw nodeError('model_not_chosen', { models: 'none' });
  if (models.length > 1) throw nodeError('model_not_chosen', { models: models.join(', ') });
  return model;
}

/** Shows an answer as it comes. */
async function answerTo(
  { terminal }: CommandContext,
  ask: (onPiece: (text: string) => void) => Promise<ChatAnswer>,
): Promise<ChatAnswer> {
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  let isShowing = false;
  let held = '';
  const asking = ask((text) => {
    begin();
    if (isShowing) terminal.piece(text);
    else held += text;
  });
  // The line that tells of the wait ends before the answer begins.
  await terminal.wait('waiting for the answer', () => Promise.race([begun, asking.then(() => undefined)]));
  isShowing = true;
  terminal.piece(held);
  try {
    const answer = await asking;
    terminal.answer(answer, () => '');
    return answer;
  } catch (error) {
    terminal.piece('\n');
    throw error;
  }
}

type Say = (messages: readonly ChatMessage[], until: AbortSignal) => Promise<ChatAnswer>;

/** Question and answer until Ctrl-D. Ctrl-C stops an answer, or ends the conversation when there is none. */
async function converse({ questions, terminal, signal }: CommandContext, say: Say): Promise<void> {
  const lines = createInterface({ input: questions.keyboard, output: questions.screen, terminal: true, prompt: '> ' });
  let answering: AbortController | undefined;
  const ended = new AbortController();
  lines.on('SIGINT', () => {
    if (answering === undefined) ended.abort();
    else answering.abort(nodeError('command_interrupted'));
  });
  const stop = (): void => lines.close();
  signal.addEventListener('abort', stop, { once: true });
  ended.signal.addEventListener('abort', stop, { once: true });
  const messages: ChatMessage[] = [];
  lines.prompt();
  for await (const line of lines) {
    const content = line.trim();
    if (content !== '') {
      answering = new AbortController();
      try {
        const asked: readonly ChatMessage[] = [...messages, { role: 'user', content }];
        const { text } = await say(asked, AbortSignal.any([signal, answering.signal]));
        messages.push({ role: 'user', content }, { role: 'assistant', content: text });
      } catch (error) {
        if (!answering.signal.aborted) throw error;
        terminal.note('The answer was stopped.');
      } finally {
        answering = undefined;
      }
    }
    lines.prompt();
  }
  if (ended.signal.aborted) throw nodeError('command_interrupted');
}
