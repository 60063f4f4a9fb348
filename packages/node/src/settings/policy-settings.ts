import { type Address, parseAddress, parseMor } from '@yellowstone/protocol';
import { optional, setting } from '@yellowstone/service';
import { Type } from 'typebox';

/** What sessions may be opened, and for how long they are kept. */
export const policySettings = {
  maxMorPerDay: optional(
    setting({
      env: 'YELLOWSTONE_MAX_MOR_PER_DAY',
      description: 'Most that sessions opened on one UTC day may cost, paid by the pool or directly [MOR].',
      expected: 'an amount of MOR, like 2; without it the stake and the other limits bound a day',
      schema: Type.String(),
      parse: parseMor,
    }),
  ),
  preferredProviders: setting({
    env: 'YELLOWSTONE_PREFERRED_PROVIDERS',
    description: 'Providers that are asked first, whatever the others cost.',
    expected: 'addresses separated by commas, or none',
    schema: Type.Array(Type.String()),
    parse: parseProviders,
    fallback: 'none',
  }),
  refusedProviders: setting({
    env: 'YELLOWSTONE_REFUSED_PROVIDERS',
    description: 'Providers that are never asked.',
    expected: 'addresses separated by commas, or none',
    schema: Type.Array(Type.String()),
    parse: parseProviders,
    fallback: 'none',
  }),
  sessionIdleSeconds: setting({
    env: 'YELLOWSTONE_SESSION_IDLE_SECONDS',
    description: 'A session that no request used for so long is closed; one in use is renewed before it ends [s].',
    expected: 'a whole number from 30 to 86400',
    schema: Type.Integer({ minimum: 30, maximum: 86_400 }),
    fallback: '900',
  }),
  maxSessionsPerModel: setting({
    env: 'YELLOWSTONE_MAX_SESSIONS_PER_MODEL',
    description: 'Open sessions of one model at most; beyond one only while the slots of the others are all in use.',
    expected: 'a whole number from 1 to 16',
    schema: Type.Integer({ minimum: 1, maximum: 16 }),
    fallback: '1',
  }),
} as const;

function parseProviders(texts: readonly string[]): readonly Address[] {
  return texts.length === 1 && texts[0] === 'none' ? [] : texts.map(parseAddress);
}
