/** What all our models share: the byte alphabet of GPT-2, four control tokens and the ChatML template. */

/** GPT-2 writes each byte as one printable character: itself where it has a shape, else one from U+0100 on. */
export const byteAlphabet: readonly string[] = createByteAlphabet();

function createByteAlphabet(): string[] {
  const isPrintable = (byte: number) =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255);
  let replacement = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(isPrintable(byte) ? byte : replacement++));
}

/** They follow the ordinary tokens in this order. */
export const CONTROL_TOKENS = ['<|endoftext|>', '<|im_start|>', '<|im_end|>', '<|pad|>'] as const;

export const TOKEN_TYPE = { normal: 1, control: 3 } as const;

export const CHATML_TEMPLATE =
  "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";
