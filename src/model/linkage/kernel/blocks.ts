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

/**
 * Groups records by the values of some columns. A record that lacks one of them is in no block.
 *
 * In: each column's value numbers by record, 0 where missing.
 * The blocks of all parts together are all blocks, each once. Values are numbered without gaps, so that a counting sort
 * by each column in turn brings equal keys together in the time of a few passes.
 */
export function blocksOf(columns: readonly Int32Array[], part: Part = { index: 0, of: 1 }): Blocks {
  let order = recordsOf(columns, part);
  for (const ids of [...columns].reverse()) order = sortedBy(ids, order);
  return withoutSingles(columns, order);
}

/** The records of a part that lack none of the values. */
function recordsOf(columns: readonly Int32Array[], { index, of }: Part): Int32Array {
  const records = columns[0]?.length ?? 0;
  const found = new Int32Array(records);
  let count = 0;
  for (let r = 0; r < records; r++) {
    let key = 0;
    let isWhole = true;
    for (let c = 0; c < columns.length; c++) {
      const id = (columns[c] as Int32Array)[r] as number;
      if (id === 0) isWhole = false;
      key = Math.imul(key ^ id, 0x9e3779b1);
    }
    if (!isWhole || (of > 1 && (key >>> 8) % of !== index)) continue;
    found[count++] = r;
  }
  return found.subarray(0, count);
}

/** A counting sort; equal values keep their order. */
function sortedBy(ids: Int32Array, order: Int32Array): Int32Array {
  let greatest = 0;
  for (let i = 0; i < order.length; i++) greatest = Math.max(greatest, ids[order[i] as number] as number);
  const next = new Int32Array(greatest + 2);
  for (let i = 0; i < order.length; i++) {
    const id = ids[order[i] as number] as number;
    next[id + 1] = (next[id + 1] as number) + 1;
  }
  for (let id = 1; id < next.length; id++) next[id] = (next[id] as number) + (next[id - 1] as number);
  const sorted = new Int32Array(order.length);
  for (let i = 0; i < order.length; i++) {
    const r = order[i] as number;
    const id = ids[r] as number;
    const place = next[id] as number;
    sorted[place] = r;
    next[id] = place + 1;
  }
  return sorted;
}

function withoutSingles(columns: readonly Int32Array[], sorted: Int32Array): Blocks {
  const order = new Int32Array(sorted.length);
  const starts = new Int32Array((sorted.length >> 1) + 1);
  let [size, blocks] = [0, 0];
  for (let from = 0; from < sorted.length; ) {
    let to = from + 1;
    while (to < sorted.length && sameKey(columns, sorted[from] as number, sorted[to] as number)) to++;
    if (to - from > 1) {
      starts[blocks++] = size;
      for (let i = from; i < to; i++) order[size++] = sorted[i] as number;
    }
    from = to;
  }
  starts[blocks] = size;
  return { order: order.slice(0, size), starts: starts.slice(0, blocks + 1) };
}

function sameKey(columns: readonly Int32Array[], a: number, b: number): boolean {
  for (let c = 0; c < columns.length; c++) {
    const ids = columns[c] as Int32Array;
    if (ids[a] !== ids[b]) return false;
  }
  return true;
}
