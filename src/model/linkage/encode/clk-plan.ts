import type { GramShape } from "./grams.ts";

/** A value of a CLK: how it is cut, and about how many bits it sets, so that it weighs as much whatever its length. */
export interface ClkPart extends GramShape {
  readonly bits: number;
}

/** How the bits of a CLK are made harder to read. */
interface Hardening {
  /** Filters are made twice as long, and their halves added by exclusive or. */
  readonly fold: boolean;
  /** Each filter stands beside its complement, both shuffled: all have as many bits. */
  readonly balance: boolean;
  /** Each bit is flipped with probability 1 / (1 + e^ε). */
  readonly blip?: number | undefined;
}

/** What decides the bits of a CLK (cryptographic longterm key), beside its key. */
export interface ClkPlan extends Hardening {
  readonly parts: readonly ClkPart[];
  /** Bits of a filter before it is balanced: a power of two. */
  readonly length: number;
  /** Whether grams are hashed with a salt of the record. */
  readonly isSalted: boolean;
  /** Samples of the CLK to block by: how many, and of how many bits each. */
  readonly samples?: { readonly keys: number; readonly bits: number } | undefined;
}

/** Bits of a finished CLK. */
export function bitsOfClk({ length, balance }: Pick<ClkPlan, "length" | "balance">): number {
  return balance ? 2 * length : length;
}
