import { describe, expect, it } from 'vitest';
import { createChatTemplate } from './chat-template.js';

const tokens = { bosToken: '<s>', eosToken: '</s>' };

describe('a chat template', () => {
  it('gets the messages, the marks of beginning and end, and asks for an answer', () => {
    const template =
      "{{ bos_token }}{% for m in messages %}[{{ m['role'] }}]{{ m['content'] }}{{ eos_token }}{% endfor %}{% if add_generation_prompt %}[assistant]{% endif %}";
    const render = createChatTemplate({ template, ...tokens });
    expect(render([{ role: 'user', content: 'hi' }])).toBe('<s>[user]hi</s>[assistant]');
  });

  it('that refuses the messages is the fault of the request', () => {
    const template = "{{ raise_exception('roles must alternate') }}";
    const render = createChatTemplate({ template, ...tokens });
    expect(() => render([{ role: 'user', content: 'hi' }])).toThrow(
      expect.objectContaining({
        code: 'chat_template_failed',
        status: 400,
        param: 'messages',
        message: expect.stringContaining('roles must alternate'),
      }),
    );
  });

  it('that is missing leaves plain completions only', () => {
    const render = createChatTemplate({ template: undefined, ...tokens });
    expect(() => render([])).toThrow(expect.objectContaining({ code: 'chat_template_failed' }));
  });

  it('that cannot be parsed is reported at once', () => {
    expect(() => createChatTemplate({ template: '{% for %}', ...tokens })).toThrow();
  });
});
