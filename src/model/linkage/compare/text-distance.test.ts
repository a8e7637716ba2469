import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  commonAtMost,
  mayBeWithin,
  mayReachJaro,
  mayReachJaroWinkler,
  type TextValues,
  textValues,
} from "../values/text-values.ts";
import { jaccard } from "./jaccard.ts";
import * as oracle from "./similarity.ts";
import { damerauLevenshtein, jaro, jaroWinkler, levenshtein } from "./text-distance.ts";

function column(texts: readonly string[]): TextValues {
  const all = texts.map(oracle.bytesOf);
  const starts = new Int32Array(texts.length + 2);
  for (const [i, { length }] of all.entries()) starts[i + 2] = (starts[i + 1] as number) + length;
  return textValues(Uint8Array.from(all.flatMap((bytes) => [...bytes])), starts);
}

const units = [
  "ab",
  "abcdé",
  "0123456789",
  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ -'åäöøλж漢🙂",
];
const text = fc
  .constantFrom(...units)
  .chain((unit) =>
    fc.oneof(
      fc.string({ unit: fc.constantFrom(...unit), maxLength: 12 }),
      fc.string({ unit: fc.constantFrom(...unit), maxLength: 80, size: "max" }),
    ),
  );

/** Puts a byte in, takes one out, replaces one or swaps two. */
const edit = fc.tuple(fc.constantFrom("in", "out", "replace", "swap"), fc.nat(), fc.constantFrom(..."ab0é"));

function edited(from: string, edits: readonly (readonly [string, number, string])[]): string {
  const chars = [...from];
  for (const [kind, at, char] of edits) {
    const i = at % (chars.length + 1);
    if (kind === "in") chars.splice(i, 0, char);
    else if (kind === "out") chars.splice(i, 1);
    else if (kind === "replace") chars.splice(i, 1, char);
    else chars.splice(i, 2, ...chars.slice(i, i + 2).reverse());
  }
  return chars.join("");
}

const near = fc
  .tuple(text, fc.array(edit, { maxLength: 6 }))
  .map(([a, edits]) => [a, edited(a, edits)] as const);
const pair = fc.oneof(near, fc.tuple(text, text));
/** Two texts as the values 1 and 2 of a column with others, which change the classes of the signatures. */
const compared = fc.tuple(pair, fc.array(text, { maxLength: 3 })).map(([[a, b], others]) => ({
  values: column([a, b, ...others]),
  a: oracle.bytesOf(a),
  b: oracle.bytesOf(b),
}));
const runs = { numRuns: 3000 };

function commonOf(a: Uint8Array, b: Uint8Array): number {
  const rest = [...b];
  return a.filter((byte) => {
    const at = rest.indexOf(byte);
    if (at >= 0) rest.splice(at, 1);
    return at >= 0;
  }).length;
}

describe("Distances", () => {
  it.each([
    ["levenshtein", levenshtein, oracle.levenshtein],
    ["damerauLevenshtein", damerauLevenshtein, oracle.damerauLevenshtein],
  ] as const)("%s is the oracle's up to any limit, and one more beyond it", (_, distance, plain) => {
    fc.assert(
      fc.property(compared, fc.oneof(fc.nat(4), fc.nat(100)), ({ values, a, b }, most) => {
        const expected = Math.min(plain(a, b), most + 1);
        expect(distance(values, 1, 2, most)).toBe(expected);
        expect(distance(values, 2, 1, most)).toBe(expected);
      }),
      runs,
    );
  });

  it("A limit between two whole numbers is as good as the lower one", () => {
    const values = column(["x".repeat(40), `y${"x".repeat(40)}y${"z".repeat(3)}`, "abcd", "badc"]);
    expect(levenshtein(values, 1, 2, 4.5)).toBeGreaterThan(4.5);
    expect(levenshtein(values, 1, 2, 5.5)).toBe(5);
    expect(damerauLevenshtein(values, 3, 4, 1.5)).toBeGreaterThan(1.5);
    expect(damerauLevenshtein(values, 3, 4, 2.5)).toBe(2);
  });
});

describe("Similarities", () => {
  it.each([
    ["jaro", jaro, oracle.jaro],
    ["jaroWinkler", jaroWinkler, oracle.jaroWinkler],
    ["jaccard", jaccard, oracle.jaccard],
  ] as const)("%s is the oracle's to the last bit, either way round", (_, similarity, plain) => {
    fc.assert(
      fc.property(compared, ({ values, a, b }) => {
        expect(similarity(values, 1, 2)).toBe(plain(a, b));
        expect(similarity(values, 2, 1)).toBe(plain(a, b));
        expect(similarity(values, 1, 1)).toBe(plain(a, a));
      }),
      runs,
    );
  });

  it("Texts longer than any before are compared as well", () => {
    const [a, b] = ["abcab".repeat(200), `x${"bcaba".repeat(150)}`];
    const values = column([a, b]);
    expect(jaro(values, 1, 2)).toBe(oracle.jaro(oracle.bytesOf(a), oracle.bytesOf(b)));
    expect(levenshtein(values, 1, 2, 2000)).toBe(oracle.levenshtein(oracle.bytesOf(a), oracle.bytesOf(b)));
    expect(damerauLevenshtein(values, 1, 2, 2000)).toBe(
      oracle.damerauLevenshtein(oracle.bytesOf(a), oracle.bytesOf(b)),
    );
  });
});

describe("Signatures", () => {
  it("Two values never have more bytes in common than their signatures allow, nor these more than the shorter has", () => {
    fc.assert(
      fc.property(compared, ({ values, a, b }) => {
        const most = commonAtMost(values, 1, 2);
        expect(most).toBeGreaterThanOrEqual(commonOf(a, b));
        expect(most).toBeLessThanOrEqual(Math.min(a.length, b.length));
      }),
      runs,
    );
  });

  it("Of ten digits each up to six times they know the number exactly", () => {
    const values = column(["0123456789", "1111222333", "9988776655"]);
    expect([commonAtMost(values, 1, 2), commonAtMost(values, 1, 3), commonAtMost(values, 2, 3)]).toEqual([
      3, 5, 0,
    ]);
  });

  it("They stand in the memory that is given for them", () => {
    const starts = Int32Array.of(0, 0, 1);
    const values = textValues(Uint8Array.of(65), starts, (size) => new SharedArrayBuffer(size));
    expect(values.signs.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect([...values.signs]).toEqual([0, 0, 0, 0, 1, 0, 0, (65 << 20) | 1]);
  });

  it("No value is dismissed that reaches the limit", () => {
    fc.assert(
      fc.property(compared, ({ values, a, b }) => {
        expect(mayBeWithin(values, 1, 2, oracle.levenshtein(a, b))).toBe(true);
        expect(mayBeWithin(values, 1, 2, oracle.damerauLevenshtein(a, b))).toBe(true);
        expect(mayReachJaro(values, 1, 2, oracle.jaro(a, b))).toBe(true);
        expect(mayReachJaroWinkler(values, 1, 2, oracle.jaroWinkler(a, b))).toBe(true);
      }),
      runs,
    );
  });

  it("Values without a byte in common are dismissed", () => {
    const values = column(["anna", "bob"]);
    expect(mayBeWithin(values, 1, 2, 3)).toBe(false);
    expect(mayReachJaro(values, 1, 2, 0.5)).toBe(false);
    expect(mayReachJaroWinkler(values, 1, 2, 0.8)).toBe(false);
  });
});
