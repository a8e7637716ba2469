/**
 * SHA-256's compression of four blocks at once: a WebAssembly function over lanes of 128 bits, made here instruction by
 * instruction. Four short messages cost what a library's call takes to begin with.
 * Source: FIPS 180-4, section 6.2.2; WebAssembly core specification 2.0, section 5.4.
 */

/** Bytes of a lane-wise block: word `w` of message `lane` stands at `w * 16 + lane * 4`, in the machine's byte order. */
export const blockBytes = 256;

/** Bytes of a lane-wise state or digest: eight words of four lanes. */
export const stateBytes = 128;

/** Compresses the block at `block` into the state at `from`; the new state is written at `to`. All are multiples of 16. */
export type Compress = (from: number, block: number, to: number) => void;

/** Numbers that SHA-256 is made of: the first bits behind the point of square and cube roots of primes. */
const primes = firstPrimes(64);
const rounds = primes.map((prime) => rootBits(prime, 3n));
export const initialState: readonly number[] = primes.slice(0, 8).map((prime) => rootBits(prime, 2n));

const op = {
  block: [0x02, 0x40],
  end: [0x0b],
  load: [0xfd, 0x00],
  store: [0xfd, 0x0b],
  shift: { left: [0xfd, 0xab, 0x01], right: [0xfd, 0xad, 0x01] },
  add: [0xfd, 0xae, 0x01],
  xor: [0xfd, 0x51],
  or: [0xfd, 0x50],
  /** Bits of the first where the third has one, else of the second. */
  select: [0xfd, 0x52],
  splat: [0xfd, 0x11],
} as const;

/** Code that leaves one value on the stack. */
type Code = readonly number[];

/** Terms with an operator of two between them. */
const joined = (terms: readonly Code[], by: Code): Code =>
  terms.flatMap((term, i) => (i === 0 ? term : [...term, ...by]));
const get = (local: number): Code => [0x20, ...unsigned(local)];
const set = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)];
const integer = (value: number): Code => [0x41, ...signed(value)];
const add = (...terms: readonly Code[]): Code => joined(terms, op.add);
const xor = (...terms: readonly Code[]): Code => joined(terms, op.xor);
const select = (yes: Code, no: Code, by: Code): Code => [...yes, ...no, ...by, ...op.select];
const load = (address: number, offset: number): Code => [...get(address), ...op.load, 4, ...unsigned(offset)];
const store = (address: number, offset: number, value: Code): Code => [
  ...get(address),
  ...value,
  ...op.store,
  4,
  ...unsigned(offset),
];
const shiftRight = (x: number, by: number): Code => [...get(x), ...integer(by), ...op.shift.right];
const rotate = (x: number, by: number): Code => [
  ...shiftRight(x, by),
  ...[...get(x), ...integer(32 - by), ...op.shift.left],
  ...op.or,
];

/** Parameters of the function, then its own: eight words of state, sixteen of the block, one sum. */
const [from, block, to] = [0, 1, 2] as const;
const state = (i: number) => 3 + (i & 7);
const word = (i: number) => 11 + (i & 15);
const sum = 27;

function compressBody(): Code {
  const code: number[] = [];
  for (let i = 0; i < 8; i++) code.push(...set(state(i), load(from, i * 16)));
  for (let i = 0; i < 16; i++) code.push(...set(word(i), load(block, i * 16)));
  for (let round = 0; round < 64; round++) code.push(...compressRound(round));
  for (let i = 0; i < 8; i++) code.push(...store(to, i * 16, add(get(state(i)), load(from, i * 16))));
  return code;
}

/** One round. Words of the state change places by being named anew: `a` of a round is `b` of the next. */
function compressRound(round: number): Code {
  const [a, b, c, d, e, f, g, h] = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => state(i - round + 64)) as [
    ...(readonly [number, number, number, number, number, number, number, number]),
  ];
  const scheduled = round < 16 ? [] : set(word(round), schedule(round));
  const constant: Code = [...integer(rounds[round] ?? 0), ...op.splat];
  const turnedE = xor(rotate(e, 6), rotate(e, 11), rotate(e, 25));
  const turnedA = xor(rotate(a, 2), rotate(a, 13), rotate(a, 22));
  const choice = select(get(f), get(g), get(e));
  const majority = select(get(c), get(b), xor(get(a), get(b)));
  return [
    ...scheduled,
    ...set(sum, add(get(h), constant, get(word(round)), choice, turnedE)),
    ...set(d, add(get(d), get(sum))),
    ...set(h, add(get(sum), majority, turnedA)),
  ];
}

function schedule(round: number): Code {
  const [near, far] = [word(round - 2), word(round - 15)];
  return add(
    get(word(round)),
    get(word(round - 7)),
    xor(rotate(near, 17), rotate(near, 19), shiftRight(near, 10)),
    xor(rotate(far, 7), rotate(far, 18), shiftRight(far, 3)),
  );
}

/** The part of WebAssembly that is used here; the types of node have no value of that name. */
declare const WebAssembly: {
  readonly Memory: new (size: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: { readonly m: { readonly m: object } },
  ) => { readonly exports: { readonly c: Compress } };
};

/** The compression over a memory of at least so many bytes, which starts empty. */
export function compressLanes(bytes: number): {
  readonly memory: Uint8Array<ArrayBuffer>;
  readonly compress: Compress;
} {
  const pages = Math.ceil(bytes / 65_536);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const { exports } = new WebAssembly.Instance(compiled(), { m: { m: memory } });
  return { memory: new Uint8Array(memory.buffer), compress: exports.c };
}

let module: object | undefined;

function compiled(): object {
  module ??= new WebAssembly.Module(moduleBytes());
  return module;
}

function moduleBytes(): Uint8Array<ArrayBuffer> {
  const [i32, v128] = [0x7f, 0x7b];
  const text = (value: string): Code => [value.length, ...Buffer.from(value)];
  const section = (id: number, content: Code): Code => [id, ...unsigned(content.length), ...content];
  const body: Code = [1, 25, v128, ...compressBody(), ...op.end];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [1, 0x60, 3, i32, i32, i32, 0]),
    ...section(2, [1, ...text("m"), ...text("m"), 0x02, 0x00, 0x00]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...text("c"), 0x00, 0]),
    ...section(10, [1, ...unsigned(body.length), ...body]),
  ]);
}

/** LEB128. */
function unsigned(value: number): Code {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

function signed(value: number): Code {
  const rest = value >> 7;
  const isLast = (rest === 0 && (value & 64) === 0) || (rest === -1 && (value & 64) !== 0);
  return isLast ? [value & 127] : [(value & 127) | 128, ...signed(rest)];
}

function firstPrimes(count: number): number[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) if (found.every((prime) => n % prime !== 0)) found.push(n);
  return found;
}

/** The first 32 bits behind the point of a number's square or cube root. */
function rootBits(value: number, degree: 2n | 3n): number {
  const target = BigInt(value) << (32n * degree);
  let [low, high] = [0n, 1n << 40n];
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** degree <= target) low = middle;
    else high = middle;
  }
  return Number(BigInt.asIntN(32, low));
}
