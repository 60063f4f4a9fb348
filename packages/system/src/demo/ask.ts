import type OpenAI from 'openai';

export interface Answer {
  readonly text: string;
  readonly finishReason: string | null;
  readonly completionTokens: number;
}

/** Asks through the official client and hands each piece of the answer on as it arrives. */
export async function ask(
  client: OpenAI,
  { model, question }: { readonly model: string; readonly question: string },
  onPiece: (piece: string) => void,
): Promise<Answer> {
  const stream = await client.chat.completions.create({
    model,
    messages: [{ role: 'user', content: question }],
    temperature: 0,
    max_tokens: 64,
    stream: true,
    stream_options: { include_usage: true },
  });
  let text = '';
  let finishReason: string | null = null;
  let completionTokens = 0;
  for await (const chunk of stream) {
    const choice = chunk.choices[0];
    const piece = choice?.delta.content ?? '';
    text += piece;
    onPiece(piece);
    finishReason = choice?.finish_reason ?? finishReason;
    completionTokens = chunk.usage?.completion_tokens ?? completionTokens;
  }
  return { text, finishReason, completionTokens };
}
