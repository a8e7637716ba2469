/**
 * Pseudonyms, without the secret: what is hashed, and how a token is written. The MAC itself lives in the engine.
 *
 *     LP(x)       = length of x in UTF-8 bytes, 4 bytes big-endian, then x
 *     K_agreement = HKDF-SHA-256(root key, salt of the agreement, LP("psn/v1") LP(agreement) LP(scope) LP(epoch), 32 bytes)
 *     token       = base32(first 128 bits of HMAC-SHA-256(K_agreement, LP(domain) LP(id)))
 */

/** Name and version of the host function that computes tokens. */
export const pseudonymFunction = "pseudonymise@1";

/** What the key of an agreement is derived from, beside the secrets. All of it is public. */
export interface KeyPurpose {
  readonly agreement: string;
  /** "agreement", or "release:…" where every release gets tokens of its own. */
  readonly scope: string;
  readonly epoch: number;
}

/** Domain of persons whose id is the decimal person_id. */
export const personDomain = "person";

/** Domain of persons without identifiers, whose id is `compositeId(data set, natural key)`. */
export const oneTimeDomain = "one-time";

/** Characters of a token: 128 bits at five a character. */
export const tokenLength = 26;

/** Crockford's base32 in small letters: no i, l, o, u, and the order of tokens is the order of their bits. */
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

/** Parts, each after its length, so that no two lists of parts give the same bytes. */
export function lengthPrefixed(...parts: readonly string[]): Uint8Array {
  const encoded = parts.map((part) => new TextEncoder().encode(part));
  const bytes = new Uint8Array(encoded.reduce((sum, part) => sum + 4 + part.length, 0));
  let at = 0;
  for (const part of encoded) {
    new DataView(bytes.buffer).setUint32(at, part.length);
    bytes.set(part, at + 4);
    at += 4 + part.length;
  }
  return bytes;
}

/** The `info` of HKDF. It holds no domain: domains part the messages, not the keys. */
export function keyInfo({ agreement, scope, epoch }: KeyPurpose): Uint8Array {
  return lengthPrefixed("psn/v1", agreement, scope, String(epoch));
}

/** The token of a MAC's first 16 bytes, from `at` on. Two zero bits fill the last character. */
export function tokenText(mac: Uint8Array, at = 0): string {
  let text = "";
  let bits = 0;
  let held = 0;
  for (let i = at; i < at + 16; i++) {
    bits = ((bits << 8) | (mac[i] ?? 0)) & 0xfff;
    held += 8;
    while (held >= 5) {
      held -= 5;
      text += alphabet[(bits >> held) & 31];
    }
  }
  return text + alphabet[(bits << (5 - held)) & 31];
}
