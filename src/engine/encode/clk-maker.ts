import { createCipheriv, createHmac } from "node:crypto";
import { bitsOfClk, type ClkPart, type ClkPlan } from "../../model/linkage/encode/clk-plan.ts";
import { gramsOf } from "../../model/linkage/encode/grams.ts";
import { lengthPrefixed } from "../../model/pseudonym.ts";

/**
 * Makes CLKs: Bloom filters under a key.
 *
 *     K_part    = HMAC-SHA-256(K, LP("part") LP(number from 0))
 *     block b   = HMAC-SHA-256(K_part, LP(salt) LP(gram) LP(b)): 16 numbers of 16 bits, the first one's bytes first
 *     positions = the numbers of blocks 0, 1, …, each modulo the length; of each gram the first ceil(bits / grams)
 *
 * Every position is drawn by itself, as double hashing leaves patterns that give names away. A gram is hashed once,
 * however many values have it. Sources: Schnell, Bachteler and Reiher (2009); Niedermeyer, Steinmetzer, Kroll and
 * Schnell, Journal of Privacy and Confidentiality 6 (2014).
 */
export class ClkMaker {
  readonly #plan: ClkPlan;
  readonly #keys: readonly Uint8Array[];
  readonly #noise: Uint8Array;
  /** Positions by salt and gram, for each part. */
  readonly #known: Map<string, Uint16Array>[];
  readonly #shuffled: Uint32Array;
  /** Bits of each sample, one after the other. */
  readonly #sampled: Uint32Array;

  constructor(plan: ClkPlan, key: Uint8Array) {
    const derive = (...label: string[]) => mac(key, ...label);
    this.#plan = plan;
    this.#keys = plan.parts.map((_, i) => derive("part", String(i)));
    this.#noise = derive("noise");
    this.#known = plan.parts.map(() => new Map());
    const bits = bitsOfClk(plan);
    this.#shuffled = shuffled(bits, derive("balance"));
    const { keys, bits: wanted } = plan.samples ?? { keys: 0, bits: 0 };
    const draws = Array.from({ length: keys }, (_, i) =>
      shuffled(bits, derive("sample", String(i))).subarray(0, wanted),
    );
    this.#sampled = Uint32Array.from(draws.flatMap((its) => [...its]));
  }

  /**
   * The CLK of a record's values; undefined where all are missing, or the salt is. The noise of a record is that of its
   * id, so that more encodings of one record say no more than one.
   */
  make(
    values: readonly (string | undefined)[],
    salt: string | undefined,
    id: string,
  ): Uint8Array | undefined {
    const { parts, length, fold, balance, blip, isSalted } = this.#plan;
    if ((isSalted && salt === undefined) || values.every((value) => value === undefined)) return undefined;
    const size = fold ? 2 * length : length;
    const filter = new Uint8Array(size >> 3);
    for (const [i, part] of parts.entries()) {
      const value = values[i];
      if (value !== undefined) this.#add(filter, size, i, part, value, salt ?? "");
    }
    const folded = fold ? foldHalves(filter) : filter;
    const balanced = balance ? this.#balance(folded) : folded;
    return blip === undefined ? balanced : this.#flip(balanced, blip, id);
  }

  /** The samples of a CLK: each its number and its bits. */
  samplesOf(clk: Uint8Array): string[] {
    const { keys, bits } = this.#plan.samples ?? { keys: 0, bits: 0 };
    return Array.from({ length: keys }, (_, k) => {
      let text = "";
      for (let i = 0; i < bits; i++) text += bitAt(clk, this.#sampled[k * bits + i] as number);
      return `${k}.${BigInt(`0b${text}`).toString(36)}`;
    });
  }

  /** Forgets the keys. */
  close(): void {
    for (const key of [...this.#keys, this.#noise]) key.fill(0);
  }

  #add(filter: Uint8Array, size: number, place: number, part: ClkPart, value: string, salt: string): void {
    const grams = gramsOf(value, part);
    const count = Math.ceil(part.bits / grams.length);
    for (const gram of grams) {
      const positions = this.#positions(place, salt, gram, count);
      for (let i = 0; i < count; i++) setBit(filter, (positions[i] as number) & (size - 1));
    }
  }

  #positions(place: number, salt: string, gram: string, count: number): Uint16Array {
    const known = this.#known[place] as Map<string, Uint16Array>;
    const name = `${salt}\0${gram}`;
    const found = known.get(name);
    if (found !== undefined && found.length >= count) return found;
    const blocks = Math.ceil(count / numbersInBlock);
    const positions = new Uint16Array(blocks * numbersInBlock);
    for (let b = 0; b < blocks; b++) {
      const block = mac(this.#keys[place] as Uint8Array, salt, gram, String(b));
      for (let i = 0; i < numbersInBlock; i++) {
        positions[b * numbersInBlock + i] = ((block[2 * i] as number) << 8) | (block[2 * i + 1] as number);
      }
    }
    known.set(name, positions);
    return positions;
  }

  /** Source: Schnell and Borgs, Randomized response and balanced Bloom filters, IEEE ICDM Workshops (2016). */
  #balance(filter: Uint8Array): Uint8Array {
    const both = new Uint8Array(2 * filter.length);
    both.set(filter);
    for (let i = 0; i < filter.length; i++) both[filter.length + i] = ~(filter[i] as number) & 0xff;
    const result = new Uint8Array(both.length);
    for (let i = 0; i < this.#shuffled.length; i++) {
      if (bitAt(both, i) === 1) setBit(result, this.#shuffled[i] as number);
    }
    return result;
  }

  /** Source: Alaggan, Gambs and Kermarrec, BLIP: non-interactive differentially-private similarity (2012). */
  #flip(filter: Uint8Array, epsilon: number, id: string): Uint8Array {
    const most = Math.round(2 ** 16 / (1 + Math.exp(epsilon)));
    const cipher = createCipheriv("aes-256-ctr", mac(this.#noise, id), Buffer.alloc(16));
    const draws = cipher.update(Buffer.alloc(16 * filter.length));
    const result = Uint8Array.from(filter);
    for (let i = 0; i < 8 * filter.length; i++) {
      if (draws.readUInt16BE(2 * i) < most) result[i >> 3] = (result[i >> 3] as number) ^ (1 << (i & 7));
    }
    return result;
  }
}

const numbersInBlock = 16;

function mac(key: Uint8Array, ...parts: readonly string[]): Uint8Array {
  return createHmac("sha256", key)
    .update(lengthPrefixed(...parts))
    .digest();
}

function bitAt(bytes: Uint8Array, place: number): 0 | 1 {
  return (((bytes[place >> 3] as number) >> (place & 7)) & 1) as 0 | 1;
}

function setBit(bytes: Uint8Array, place: number): void {
  bytes[place >> 3] = (bytes[place >> 3] as number) | (1 << (place & 7));
}

/** Source: Schnell and Borgs, XOR-folding for hardening Bloom filter-based encryptions (2016). */
function foldHalves(filter: Uint8Array): Uint8Array {
  const half = filter.length >> 1;
  return Uint8Array.from({ length: half }, (_, i) => (filter[i] as number) ^ (filter[half + i] as number));
}

/** The whole numbers below a length, shuffled under a key. Source: Durstenfeld, CACM 7 (1964). */
function shuffled(length: number, key: Uint8Array): Uint32Array {
  const order = Uint32Array.from({ length }, (_, i) => i);
  const cipher = createCipheriv("aes-256-ctr", key, Buffer.alloc(16));
  const draws = cipher.update(Buffer.alloc(4 * length));
  for (let i = length - 1; i > 0; i--) {
    const j = Math.floor((draws.readUInt32BE(4 * i) / 2 ** 32) * (i + 1));
    const other = order[j] as number;
    order[j] = order[i] as number;
    order[i] = other;
  }
  return order;
}
