import { createHmac } from "node:crypto";
import { lengthPrefixed, tokenLength, tokenText } from "../../model/pseudonym.ts";
import { noToken } from "./message-lines.ts";
import { blockBytes, type Compress, compressLanes, initialState, stateBytes } from "./sha256-lanes.ts";

/** Ids that are hashed in one go. */
const batch = 4096;

/** The longest message that fills one block after the key: a bit, and the length in 8 bytes, stand behind it. */
const longest = 64 - 9;

/** Places in the memory of the lanes. */
const place = {
  inner: 0,
  outer: stateBytes,
  between: 2 * stateBytes,
  batch: 2 * stateBytes + blockBytes,
} as const;

const [lineFeed, comma] = [0x0a, 0x2c];

/** What stands for an id that is NULL, and for one that is too long for the lanes. */
const [isNull, isLong] = [-1, -2];

/** Two characters of a token by their ten bits; the alphabet of `tokenText`. */
const pairs = Array.from({ length: 1024 }, (_, bits) =>
  Buffer.from(tokenText(Uint8Array.of(bits >> 2, (bits & 3) << 6, ...new Uint8Array(14))).slice(0, 2)),
);
const firstOf = Uint8Array.from(pairs, (pair) => pair[0] ?? 0);
const secondOf = Uint8Array.from(pairs, (pair) => pair[1] ?? 0);

/**
 * HMAC-SHA-256 over rows of short ids with one key, as tokens: a line of ASCII for each row, in their order. The message
 * of an id is LP(domain) LP(id), its domain that of its column. What the key's two blocks come to is hashed once; a
 * message of at most 55 bytes then takes two compressions, done for four messages at once. A longer one goes to the
 * library.
 * Source: RFC 2104, section 2.
 */
export class TokenMaker {
  readonly columns: number;
  readonly #key: Buffer;
  readonly #domains: readonly Uint8Array[];
  readonly #memory: Uint8Array<ArrayBuffer>;
  readonly #words: Uint32Array;
  readonly #compress: Compress;
  /** The place in the lanes of each id of the batch. */
  readonly #lanes = new Int32Array(batch);
  readonly #long: string[] = [];
  #count = 0;
  #used = 0;

  /** In: a key of at most 64 bytes, which the caller may zero at once; the domain of each column. */
  constructor(key: Uint8Array, domains: readonly string[]) {
    this.columns = domains.length;
    this.#key = Buffer.from(key);
    this.#domains = domains.map((domain) => lengthPrefixed(domain));
    const lanes = compressLanes(place.batch + (batch / 4) * blockBytes);
    this.#memory = lanes.memory;
    this.#words = new Uint32Array(lanes.memory.buffer);
    this.#compress = lanes.compress;
    this.#hashKey(place.inner, 0x36);
    this.#hashKey(place.outer, 0x5c);
    this.#prepareOuterBlock();
  }

  /** Adds a row: where each id begins and ends in the bytes, -1 for NULL. True when no other row has room. */
  addRow(bytes: Uint8Array, parts: Int32Array): boolean {
    for (let column = 0; column < this.columns; column++) {
      const from = parts[2 * column] ?? -1;
      this.#lanes[this.#count++] =
        from < 0
          ? isNull
          : this.#add(this.#domains[column] as Uint8Array, bytes, from, parts[2 * column + 1] ?? 0);
    }
    return this.#count + this.columns > batch;
  }

  /** Tokens of the rows added since the last time, a line each; nothing for none. */
  take(): Buffer {
    for (let first = 0; first < this.#used; first += 4) {
      const block = slot(first);
      this.#compress(place.inner, block, place.between);
      this.#compress(place.outer, place.between, block);
    }
    const out = Buffer.allocUnsafe(this.#count * (tokenLength + 1));
    let at = 0;
    let long = 0;
    for (let i = 0; i < this.#count; i++) {
      const lane = this.#lanes[i] ?? isNull;
      if (lane >= 0) at = this.#writeToken(lane, out, at);
      else at += out.write(lane === isLong ? (this.#long[long++] ?? "") : noToken, at, "latin1");
      out[at++] = (i + 1) % this.columns === 0 ? lineFeed : comma;
    }
    this.#memory.fill(0, place.batch);
    this.#long.length = 0;
    this.#count = 0;
    this.#used = 0;
    return out.subarray(0, at);
  }

  /** Forgets the key and what was made of it. */
  close(): void {
    this.#key.fill(0);
    this.#memory.fill(0);
  }

  /** Puts a message into the next lane, or hashes it where it is too long. */
  #add(domain: Uint8Array, bytes: Uint8Array, from: number, to: number): number {
    const idAt = domain.length + 4;
    const length = idAt + to - from;
    if (length > longest) {
      this.#long.push(this.#hashLong(domain, bytes.subarray(from, to)));
      return isLong;
    }
    const at = slot(this.#used);
    const memory = this.#memory;
    for (let i = 0; i < domain.length; i++) memory[at + byteAt(i)] = domain[i] ?? 0;
    memory[at + byteAt(idAt - 1)] = to - from;
    for (let i = 0; i < to - from; i++) memory[at + byteAt(idAt + i)] = bytes[from + i] ?? 0;
    this.#endMessage(at, length);
    return this.#used++;
  }

  #hashLong(domain: Uint8Array, id: Uint8Array): string {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(id.length);
    const mac = createHmac("sha256", this.#key).update(domain).update(length).update(id);
    return tokenText(mac.digest());
  }

  /** The bit behind a message of that length, and how many bits were hashed, the key's block too. */
  #endMessage(at: number, length: number): void {
    const bits = (64 + length) * 8;
    this.#memory[at + byteAt(length)] = 0x80;
    this.#memory[at + byteAt(62)] = bits >> 8;
    this.#memory[at + byteAt(63)] = bits & 255;
  }

  #hashKey(to: number, pad: number): void {
    for (let lane = 0; lane < 4; lane++) {
      for (let i = 0; i < 8; i++) this.#words[to / 4 + i * 4 + lane] = initialState[i] ?? 0;
      for (let i = 0; i < 64; i++) this.#memory[slot(lane) + byteAt(i)] = (this.#key[i] ?? 0) ^ pad;
    }
    this.#compress(to, place.batch, to);
    this.#memory.fill(0, place.batch);
  }

  /** The block of an inner digest, but for the digest. */
  #prepareOuterBlock(): void {
    for (let lane = 0; lane < 4; lane++) this.#endMessage(place.between + lane * 4, stateBytes / 4);
  }

  /** The first 128 bits of a digest, ten bits for two characters; two zero bits fill the last. Gives where it ends. */
  #writeToken(lane: number, out: Uint8Array, to: number): number {
    const word = slot(lane) / 4;
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
    return at;
  }
}

/** Where the first word of a message of the batch stands, in its block of four lanes. */
function slot(i: number): number {
  return place.batch + (i >> 2) * blockBytes + (i & 3) * 4;
}

/** How far behind that a byte of the message stands: words hold their first byte highest. */
function byteAt(i: number): number {
  return ((i >> 2) << 4) + (3 - (i & 3));
}
