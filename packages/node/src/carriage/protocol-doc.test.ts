import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CARRIAGE_VECTORS, type carriageVectors } from '../testing/carriage-vectors.js';
import { RECEIPT_BYTES, RECEIPT_ENDS } from './answer-receipt.js';
import { FRAME_KINDS } from './frames.js';
import { PROTOCOL_VERSION } from './provider-api.js';
import { CARRIAGE_HEADERS } from './request-authorization.js';
import { SEALED_TYPE } from './sealed-request.js';
import { SETUP_BYTES } from './session-setup.js';

const page = readFileSync(new URL('../../../../docs/protocol.md', import.meta.url), 'utf8');
const { inputs, expected } = JSON.parse(readFileSync(CARRIAGE_VECTORS, 'utf8')) as Awaited<
  ReturnType<typeof carriageVectors>
>;

describe('docs/protocol.md', () => {
  it('has version, headers, type and sizes as nodes have them', () => {
    const facts = [
      `"protocolVersion": "${PROTOCOL_VERSION}"`,
      ...Object.values(CARRIAGE_HEADERS),
      `\`${SEALED_TYPE}\``,
      `base64url without padding of ${SETUP_BYTES} bytes`,
      `the \`AnswerReceipt\` (${RECEIPT_BYTES})`,
      RECEIPT_ENDS.map((end, at) => `${at} ${end}`).join(', '),
    ];
    for (const fact of facts) expect(page).toContain(fact);
    const { head, body, last } = FRAME_KINDS;
    for (const row of [`| ${head}    | head`, `| ${body}    | part`, `| ${last}    | receipt`])
      expect(page).toContain(row);
  });

  it('has the example of the vectors', () => {
    const { nodeKeys, sessionKey, nodeKeysDigest, sessionKeyDigest, encapsulation, secret } = expected;
    const { setupHeader, requestSignature, sealedBody, requestKey, answerKey } = expected;
    const keys = [nodeKeys.hpkeKey, nodeKeys.signingKey, sessionKey.hpkeKey, sessionKey.signingKey];
    const made = [nodeKeysDigest, sessionKeyDigest, encapsulation, secret, requestKey, answerKey];
    const given = [inputs.endpoint, inputs.path, inputs.requestId, inputs.deadline, inputs.body, inputs.answerSalt];
    for (const value of [...keys, ...made, ...given, setupHeader, requestSignature, sealedBody]) {
      expect(page).toContain(`\`${value}\``);
    }
  });
});
