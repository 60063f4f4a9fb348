import { Template } from '@huggingface/jinja';
import { ApiError } from './api-error.js';

export type ChatMessage = { readonly role: string; readonly content: string };

export type RenderChat = (messages: readonly ChatMessage[]) => string;

export type ChatTemplateSource = {
  /** The Jinja text in the model file, if it has one. */
  readonly template: string | undefined;
  readonly bosToken: string;
  readonly eosToken: string;
};

/** The model's own chat template; throws when it cannot be parsed. */
export function createChatTemplate({ template, bosToken, eosToken }: ChatTemplateSource): RenderChat {
  const parsed = template === undefined ? undefined : new Template(template);
  return (messages) => {
    if (!parsed) {
      throw new ApiError(
        'chat_template_failed',
        'The model file has no chat template (tokenizer.chat_template); use /v1/completions or another model.',
      );
    }
    try {
      return parsed.render({ messages, add_generation_prompt: true, bos_token: bosToken, eos_token: eosToken });
    } catch (error) {
      // Templates refuse what they do not know with raise_exception, for example roles that do not alternate.
      throw new ApiError('chat_template_failed', `The model's chat template refused the messages: ${text(error)}`, {
        param: 'messages',
      });
    }
  };
}

const text = (error: unknown) => (error instanceof Error ? error.message : String(error));
