/** Records that agree on a rule's columns, block by block; blocks of one record are left out. */
export interface Blocks {
  /** Records, block by block, ascending within each. */
  readonly order: Int32Array;
  /** Where each block begins in `order`, and where the last one ends. */
  readonly starts: Int32Array;
}

/** One of several parts that the blocks of a rule are shared out into, by their keys. */
export interface Part {
  readonly index: number;
  readonly of: number;
}

/** Records with a mix of their values: the same for equal values, and for few others. */
interface Keyed {
  readonly records: Int32Array;
  readonly keys: Int32Array;
}

/**
 * Groups records by the values of some columns. A record that lacks one of them is in no block.
 *
 * In: each column's value numbers by record, 0 where missing.
 * The blocks of all parts together are all blocks, each once. Records are dealt out into about as many bins as there
 * are records; most are alone in theirs and are dropped at once, and the few keys that share a bin are told apart there.
 */
export function blocksOf(columns: readonly Int32Array[], part: Part = { index: 0, of: 1 }): Blocks {
  const radices = columns.map((ids) => greatest(ids) + 1);
  const several = withoutSingles(keyedRecords(columns, radices, part));
  const shift = Math.max(8, Math.clz32(several.keys.length) + 1);
  const { records, keys } = inBins(several, shift);
  // Where there are no more values than keys, different values never share a key.
  const compared = radices.reduce((product, n) => product * n, 1) <= 2 ** 32 ? [] : columns;
  const order = new Int32Array(records.length);
  const starts = new Int32Array((records.length >> 1) + 1);
  let [size, blocks] = [0, 0];
  for (let from = 0; from < records.length; ) {
    const bin = (keys[from] as number) >>> shift;
    let to = from + 1;
    while (to < records.length && (keys[to] as number) >>> shift === bin) to++;
    while (from < to) {
      const next = bringTogether(records, keys, compared, from, to);
      if (next - from > 1) {
        starts[blocks++] = size;
        for (let i = from; i < next; i++) order[size++] = records[i] as number;
      }
      from = next;
    }
  }
  starts[blocks] = size;
  return { order: order.slice(0, size), starts: starts.slice(0, blocks + 1) };
}

/**
 * The records of a part that lack none of the values. Each is written and only then counted or not, without a branch: on
 * which side of one it falls is as good as random, and guessing wrong costs the processor more than the writing.
 */
function keyedRecords(
  columns: readonly Int32Array[],
  radices: readonly number[],
  { index, of }: Part,
): Keyed {
  const count = columns[0]?.length ?? 0;
  const records = new Int32Array(count);
  const keys = new Int32Array(count);
  let size = 0;
  for (let r = 0; r < count; r++) {
    let key = 0;
    let whole = 1;
    for (let c = 0; c < columns.length; c++) {
      const id = (columns[c] as Int32Array)[r] as number;
      whole &= -id >>> 31;
      key = (Math.imul(key, radices[c] as number) + id) | 0;
    }
    key = mix(key);
    records[size] = r;
    keys[size] = key;
    const away = (((key & 0xffff) * of) >>> 16) ^ index;
    size += whole & ((away - 1) >>> 31);
  }
  return { records: records.subarray(0, size), keys: keys.subarray(0, size) };
}

/** One to one, so that different numbers stay different. Source: the finaliser of MurmurHash3 (Appleby, public domain). */
function mix(key: number): number {
  const half = Math.imul(key ^ (key >>> 16), 0x85ebca6b);
  return Math.imul(half ^ (half >>> 13), 0xc2b2ae35);
}

function greatest(ids: Int32Array): number {
  let most = 0;
  for (let r = 0; r < ids.length; r++) if ((ids[r] as number) > most) most = ids[r] as number;
  return most;
}

/** Leaves out who is alone with a key, but for some whose keys fall on one counter by chance. */
function withoutSingles({ records, keys }: Keyed): Keyed {
  const shift = Math.max(8, Math.clz32(keys.length) - 1);
  const counters = new Uint8Array(2 ** (32 - shift));
  for (let i = 0; i < keys.length; i++) {
    const counter = (keys[i] as number) >>> shift;
    const n = counters[counter] as number;
    counters[counter] = n + 1 - (n >>> 1);
  }
  let size = 0;
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as number;
    records[size] = records[i] as number;
    keys[size] = key;
    size += (counters[key >>> shift] as number) >>> 1;
  }
  return { records: records.subarray(0, size), keys: keys.subarray(0, size) };
}

/** Records in order of the high bits of their keys, ascending within each bin. */
function inBins({ records, keys }: Keyed, shift: number): Keyed {
  const next = new Int32Array(2 ** (32 - shift) + 1);
  for (let i = 0; i < keys.length; i++) {
    const bin = ((keys[i] as number) >>> shift) + 1;
    next[bin] = (next[bin] as number) + 1;
  }
  for (let bin = 1; bin < next.length; bin++) next[bin] = (next[bin] as number) + (next[bin - 1] as number);
  const binned = { records: new Int32Array(keys.length), keys: new Int32Array(keys.length) };
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as number;
    const place = next[key >>> shift] as number;
    binned.records[place] = records[i] as number;
    binned.keys[place] = key;
    next[key >>> shift] = place + 1;
  }
  return binned;
}

/** Moves the records of a bin that agree with its first to the front, in their order; tells where the others begin. */
function bringTogether(
  records: Int32Array,
  keys: Int32Array,
  compared: readonly Int32Array[],
  from: number,
  to: number,
): number {
  let end = from + 1;
  while (end < to && agree(records, keys, compared, from, end)) end++;
  let others: { record: number; key: number }[] | undefined;
  for (let i = end; i < to; i++) {
    const [record, key] = [records[i] as number, keys[i] as number];
    if (agree(records, keys, compared, from, i)) {
      records[end] = record;
      keys[end++] = key;
    } else {
      others ??= [];
      others.push({ record, key });
    }
  }
  others?.forEach(({ record, key }, i) => {
    records[end + i] = record;
    keys[end + i] = key;
  });
  return end;
}

/** Whether two records agree on the key, and on the values where other values may have it too. */
function agree(
  records: Int32Array,
  keys: Int32Array,
  compared: readonly Int32Array[],
  a: number,
  b: number,
): boolean {
  if (keys[a] !== keys[b]) return false;
  for (let c = 0; c < compared.length; c++) {
    const ids = compared[c] as Int32Array;
    if (ids[records[a] as number] !== ids[records[b] as number]) return false;
  }
  return true;
}
