import { Type } from 'typebox';

/** Which failure it is, and what happened; the values of the message stand beside. */
const Code = Type.String({ description: 'which failure it is; does not change between versions' });
const Message = Type.String({ description: 'what happened and what to do, for people' });

/** How every failure is answered outside of `/v1`. */
export const Failure = Type.Object({
  error: Type.Object({
    code: Code,
    message: Message,
    details: Type.Unknown({ description: 'the values of the message' }),
  }),
});

/** How `/v1` answers failures, as OpenAI does. */
export const OpenAiFailure = Type.Object({
  error: Type.Object({
    message: Message,
    type: Type.String(),
    param: Type.Union([Type.String(), Type.Null()]),
    code: Code,
  }),
});
