import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import { sha256 } from "../../../base/hash.ts";
import type { Part } from "../../../model/linkage/block/blocks.ts";
import type { WalkResult } from "../../../model/linkage/score/walk.ts";
import type { KernelColumn } from "../../../model/linkage/values/columns.ts";
import { writeDurably } from "../../durable.ts";

/** What says which walk the kept units are of, and how many they are. */
interface Kept {
  readonly walk: string;
  readonly of: number;
}

/**
 * The finished units of a long walk, one file each, written whole: numbers of records and weights, and no value.
 *
 * A run that ended badly leaves them; the next one of the same step goes on from there, with the same parts whatever
 * its own threads. Units of another walk are removed.
 */
export class Units {
  readonly #folder: string;
  readonly of: number;

  private constructor(folder: string, of: number) {
    this.#folder = folder;
    this.of = of;
  }

  /** In: all that decides the edges, as text. */
  static async open(folder: string, decides: string, of: number): Promise<Units> {
    const path = join(folder, "units.json");
    const walk = sha256(decides);
    const text = await readFile(path, "utf8").catch(() => undefined);
    const kept = text === undefined ? undefined : (JSON.parse(text) as Kept);
    if (kept?.walk === walk) return new Units(folder, kept.of);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeDurably(path, JSON.stringify({ walk, of } satisfies Kept));
    return new Units(folder, of);
  }

  /** A unit's result; undefined where it is still to be done. */
  async read({ index }: Part): Promise<WalkResult | undefined> {
    const bytes = await readFile(this.#path(index)).catch(() => undefined);
    return bytes === undefined ? undefined : (deserialize(bytes) as WalkResult);
  }

  async keep({ index }: Part, result: WalkResult): Promise<void> {
    await writeDurably(this.#path(index), serialize(result));
  }

  #path(index: number): string {
    return join(this.#folder, `${index}.unit`);
  }
}

/**
 * A column's values numbered by the first record that has them. The database numbers values as it comes upon them, but
 * the blocks of a unit must be the same in every run.
 */
export function numberedByRecord({ ids, values }: KernelColumn): Int32Array {
  const numbers = new Int32Array(values + 1);
  const found = new Int32Array(new SharedArrayBuffer(4 * ids.length));
  let last = 0;
  for (let r = 0; r < ids.length; r++) {
    const id = ids[r] as number;
    if (id === 0) continue;
    if (numbers[id] === 0) numbers[id] = ++last;
    found[r] = numbers[id] as number;
  }
  return found;
}
