import { createHmac } from "node:crypto";
import { tokenLength, tokenText } from "../../model/pseudonym.ts";
import { blockBytes, type Compress, compressLanes, initialState, stateBytes } from "./sha256-lanes.ts";

/** Messages that are hashed in one go. */
const batch = 4096;

/** The longest message that fills one block after the key: a bit, and the length in 8 bytes, stand behind it. */
const shortest = 64 - 9;

/** Places in the memory of the lanes. */
const place = {
  inner: 0,
  outer: stateBytes,
  between: 2 * stateBytes,
  batch: 2 * stateBytes + blockBytes,
} as const;

const lineFeed = 0x0a;

/** Two characters of a token by their ten bits; the alphabet of `tokenText`. */
const pairs = Array.from({ length: 1024 }, (_, bits) =>
  Buffer.from(tokenText(Uint8Array.of(bits >> 2, (bits & 3) << 6, ...new Uint8Array(14))).slice(0, 2)),
);
const firstOf = Uint8Array.from(pairs, (pair) => pair[0] ?? 0);
const secondOf = Uint8Array.from(pairs, (pair) => pair[1] ?? 0);

/**
 * HMAC-SHA-256 over many short messages with one key, as tokens: a line of ASCII for each message, in their order. What
 * the key's two blocks come to is hashed once; a message of at most 55 bytes then takes two compressions, done for four
 * messages at once. A longer one goes to the library.
 * Source: RFC 2104, section 2.
 */
export class TokenMaker {
  readonly #key: Buffer;
  readonly #memory: Uint8Array<ArrayBuffer>;
  readonly #words: Uint32Array;
  readonly #compress: Compress;
  /** Tokens of long messages of the batch, by place. */
  readonly #long = new Map<number, string>();
  #count = 0;

  /** In: a key of at most 64 bytes, which the caller may zero at once. */
  constructor(key: Uint8Array) {
    this.#key = Buffer.from(key);
    const lanes = compressLanes(place.batch + (batch / 4) * blockBytes);
    this.#memory = lanes.memory;
    this.#words = new Uint32Array(lanes.memory.buffer);
    this.#compress = lanes.compress;
    this.#hashKey(place.inner, 0x36);
    this.#hashKey(place.outer, 0x5c);
    this.#prepareOuterBlock();
  }

  /** Adds a message LP(domain) LP(id), whose parts are ranges of the bytes. True when the batch is full. */
  add(bytes: Uint8Array, domain: number, domainLength: number, id: number, idLength: number): boolean {
    const length = 8 + domainLength + idLength;
    if (length > shortest) this.#addLong(bytes, domain, domainLength, id, idLength);
    else {
      const at = this.#slot(this.#count);
      const idAt = 8 + domainLength;
      this.#putByte(at, 3, domainLength);
      for (let i = 0; i < domainLength; i++) this.#putByte(at, 4 + i, bytes[domain + i] ?? 0);
      this.#putByte(at, idAt - 1, idLength);
      for (let i = 0; i < idLength; i++) this.#putByte(at, idAt + i, bytes[id + i] ?? 0);
      this.#endMessage(at, length);
    }
    this.#count += 1;
    return this.#count === batch;
  }

  /** Tokens of the messages added since the last time, a line each; nothing for none. */
  take(): Buffer {
    const line = tokenLength + 1;
    const out = Buffer.allocUnsafe(this.#count * line);
    for (let first = 0; first < this.#count; first += 4) {
      const block = this.#slot(first);
      this.#compress(place.inner, block, place.between);
      this.#compress(place.outer, place.between, block);
      for (let i = first; i < Math.min(first + 4, this.#count); i++) this.#writeToken(i, out, i * line);
    }
    for (const [i, token] of this.#long) out.write(token, i * line, "latin1");
    this.#memory.fill(0, place.batch);
    this.#long.clear();
    this.#count = 0;
    return out;
  }

  /** Forgets the key and what was made of it. */
  close(): void {
    this.#key.fill(0);
    this.#memory.fill(0);
  }

  /** Where the first byte of a batch's message stands in its block of four lanes. */
  #slot(i: number): number {
    return place.batch + (i >> 2) * blockBytes + (i & 3) * 4;
  }

  /** A byte of a message whose block begins at `at`: words hold the first byte highest. */
  #putByte(at: number, i: number, value: number): void {
    this.#memory[at + ((i >> 2) << 4) + (3 - (i & 3))] = value;
  }

  /** The bit behind a message of that length, and how many bits were hashed, the key's block too. */
  #endMessage(at: number, length: number): void {
    const bits = (64 + length) * 8;
    this.#putByte(at, length, 0x80);
    this.#putByte(at, 62, bits >> 8);
    this.#putByte(at, 63, bits & 255);
  }

  #addLong(bytes: Uint8Array, domain: number, domainLength: number, id: number, idLength: number): void {
    const lengths = Buffer.alloc(8);
    lengths.writeUInt32BE(domainLength, 0);
    lengths.writeUInt32BE(idLength, 4);
    const mac = createHmac("sha256", this.#key)
      .update(lengths.subarray(0, 4))
      .update(bytes.subarray(domain, domain + domainLength))
      .update(lengths.subarray(4))
      .update(bytes.subarray(id, id + idLength));
    this.#long.set(this.#count, tokenText(mac.digest()));
  }

  #hashKey(to: number, pad: number): void {
    for (let lane = 0; lane < 4; lane++) {
      for (let i = 0; i < 8; i++) this.#words[to / 4 + i * 4 + lane] = initialState[i] ?? 0;
      for (let i = 0; i < 64; i++) this.#putByte(place.batch + lane * 4, i, (this.#key[i] ?? 0) ^ pad);
    }
    this.#compress(to, place.batch, to);
    this.#memory.fill(0, place.batch);
  }

  /** The block of an inner digest, but for the digest. */
  #prepareOuterBlock(): void {
    for (let lane = 0; lane < 4; lane++) this.#endMessage(place.between + lane * 4, stateBytes / 4);
  }

  /** The first 128 bits of a digest, ten bits for two characters; two zero bits fill the last. */
  #writeToken(i: number, out: Uint8Array, to: number): void {
    const word = this.#slot(i) / 4;
    let at = to;
    let bits = 0;
    let held = 0;
    for (let half = 0; half < 8; half++) {
      const value = this.#words[word + (half >> 1) * 4] ?? 0;
      bits = ((bits & 1023) << 16) | ((half & 1) === 0 ? value >>> 16 : value & 0xffff);
      held += 16;
      while (held >= 10) {
        held -= 10;
        const pair = (bits >> held) & 1023;
        out[at++] = firstOf[pair] ?? 0;
        out[at++] = secondOf[pair] ?? 0;
      }
    }
    const pair = (bits << (10 - held)) & 1023;
    out[at++] = firstOf[pair] ?? 0;
    out[at++] = secondOf[pair] ?? 0;
    out[at] = lineFeed;
  }
}
