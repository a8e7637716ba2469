import { createHmac, randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ClkPlan } from "../../model/linkage/encode/clk-plan.ts";
import { gramsOf } from "../../model/linkage/encode/grams.ts";
import { bitValues, diceOf } from "../../model/linkage/values/bit-values.ts";
import { lengthPrefixed } from "../../model/pseudonym.ts";
import { ClkMaker } from "./clk-maker.ts";

const key = Uint8Array.from({ length: 32 }, (_, i) => 7 * i + 1);

const plain: ClkPlan = {
  parts: [
    { q: 2, positional: false, bits: 100 },
    { q: 1, positional: true, bits: 60 },
  ],
  length: 512,
  fold: false,
  balance: false,
  isSalted: false,
};

/** Places of the bits that are set. */
function placesOf(clk: Uint8Array | undefined): number[] {
  return [...(clk ?? [])].flatMap((byte, i) =>
    [0, 1, 2, 3, 4, 5, 6, 7].flatMap((bit) => ((byte >> bit) & 1 ? [8 * i + bit] : [])),
  );
}

/** The oracle: every number of every block of every gram, one by one. */
function expectedPlaces(values: readonly (string | undefined)[], { parts, length }: ClkPlan, salt = "") {
  const mac = (under: Uint8Array, ...texts: string[]) =>
    createHmac("sha256", under)
      .update(lengthPrefixed(...texts))
      .digest();
  const places = parts.flatMap((part, p) => {
    const value = values[p];
    if (value === undefined) return [];
    const own = mac(key, "part", String(p));
    const grams = gramsOf(value, part);
    return grams.flatMap((gram) =>
      Array.from({ length: Math.ceil(part.bits / grams.length) }, (_, n) => {
        const block = mac(own, salt, gram, String(Math.floor(n / 16)));
        return block.readUInt16BE(2 * (n % 16)) % length;
      }),
    );
  });
  return [...new Set(places)].sort((a, b) => a - b);
}

const text = fc.string({ unit: fc.constantFrom(..."ABBCO' É4"), minLength: 1, maxLength: 12 });
const values = fc.tuple(fc.option(text, { nil: undefined }), fc.option(text, { nil: undefined }));

function dice(a: Uint8Array, b: Uint8Array): number {
  const both = new Uint8Array(2 * a.length);
  both.set(a);
  both.set(b, a.length);
  return diceOf(bitValues(new Int32Array(both.buffer), a.length / 4), 0, 1);
}

describe("grams", () => {
  // The forms of clkhash's tokenizer tests, each gram once.
  it.each([
    ["steve", 2, false, [" s", "st", "te", "ev", "ve", "e "]],
    ["abab", 2, false, [" a", "ab", "ba", "b "]],
    ["1212", 1, false, ["1", "2"]],
    ["111", 1, true, ["1 1", "2 1", "3 1"]],
    ["é🙂", 3, false, ["  é", " é🙂", "é🙂 ", "🙂  "]],
  ] as const)("of %s, %i characters each, positional: %s", (value, q, positional, expected) => {
    expect(gramsOf(value, { q, positional })).toEqual(expected);
  });
});

describe("A CLK", () => {
  it("has the bits that its grams are hashed to, and no others", () => {
    const maker = new ClkMaker(plain, key);
    const salted = new ClkMaker({ ...plain, isSalted: true }, key);
    fc.assert(
      fc.property(values, (its) => {
        const isEmpty = its.every((value) => value === undefined);
        expect(maker.make(its, undefined, "1") === undefined).toBe(isEmpty);
        expect(placesOf(maker.make(its, undefined, "1"))).toEqual(expectedPlaces(its, plain));
        expect(placesOf(salted.make(its, "1970", "1"))).toEqual(expectedPlaces(its, plain, "1970"));
        expect(salted.make(its, undefined, "1")).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });

  it("is the one that a second implementation, in Python, makes of a known key", () => {
    const clk = new ClkMaker({ ...plain, length: 256 }, key).make(["SMITH", "19700131"], undefined, "1");
    expect(Buffer.from(clk ?? []).toString("hex")).toBe(
      "1ede31a2bde9f97993339a308b7bcc13802d0905112a3fd260e58218c5364fb5",
    );
  });

  it("folds a filter of twice its length onto itself", () => {
    const long = new ClkMaker({ ...plain, length: 1024 }, key).make(["ANNA", "1"], undefined, "1");
    const folded = new ClkMaker({ ...plain, fold: true }, key).make(["ANNA", "1"], undefined, "1");
    const places = placesOf(long);
    const expected = Array.from({ length: 512 }, (_, i) => i).filter(
      (i) => places.includes(i) !== places.includes(i + 512),
    );
    expect(placesOf(folded)).toEqual(expected);
  });

  it("has half of all bits where it is balanced, and tells distances as before", () => {
    const maker = new ClkMaker({ ...plain, balance: true }, key);
    const bare = new ClkMaker(plain, key);
    fc.assert(
      fc.property(text, text, (a, b) => {
        const [x, y] = [a, b].map((value) => maker.make([value, "1"], undefined, "1")) as [
          Uint8Array,
          Uint8Array,
        ];
        const [p, q] = [a, b].map((value) => placesOf(bare.make([value, "1"], undefined, "1")));
        expect(placesOf(x)).toHaveLength(512);
        const differ = new Set([...(p ?? []), ...(q ?? [])].filter((i) => p?.includes(i) !== q?.includes(i)));
        expect(dice(x, y)).toBeCloseTo(1 - differ.size / 512, 12);
      }),
    );
  });

  it("has the share of flipped bits that its epsilon says, the same for a record each time", () => {
    const bare = placesOf(new ClkMaker(plain, key).make(["ANNA", "1"], undefined, "1"));
    const maker = new ClkMaker({ ...plain, blip: 2 }, key);
    const flipped = Array.from({ length: 200 }, (_, record) => {
      const noisy = placesOf(maker.make(["ANNA", "1"], undefined, String(record)));
      expect(placesOf(maker.make(["ANNA", "1"], undefined, String(record)))).toEqual(noisy);
      return noisy.filter((i) => !bare.includes(i)).length + bare.filter((i) => !noisy.includes(i)).length;
    });
    const share = flipped.reduce((sum, n) => sum + n, 0) / (200 * 512);
    expect(share).toBeCloseTo(1 / (1 + Math.exp(2)), 2);
    expect(new Set(flipped).size).toBeGreaterThan(20);
  });

  it("is another under another key, and alike names stay alike under each", () => {
    const [a, b] = [key, randomBytes(32)].map((its) => new ClkMaker(plain, its)) as [ClkMaker, ClkMaker];
    const of = (maker: ClkMaker, name: string) => maker.make([name, undefined], undefined, "1") as Uint8Array;
    expect(dice(of(a, "JOHNSON"), of(b, "JOHNSON"))).toBeLessThan(0.4);
    for (const maker of [a, b]) {
      expect(dice(of(maker, "JOHNSON"), of(maker, "JOHNSTON"))).toBeGreaterThan(0.7);
      expect(dice(of(maker, "JOHNSON"), of(maker, "PRICE"))).toBeLessThan(0.4);
    }
  });

  it("has samples that equal vectors share, and unlike ones hardly", () => {
    const maker = new ClkMaker({ ...plain, samples: { keys: 40, bits: 12 } }, key);
    const of = (name: string) =>
      maker.samplesOf(maker.make([name, "19700131"], undefined, "1") as Uint8Array);
    const shared = (a: string, b: string) => of(a).filter((sample) => of(b).includes(sample)).length;
    expect(of("JOHNSON")).toHaveLength(40);
    expect(shared("JOHNSON", "JOHNSON")).toBe(40);
    expect(shared("JOHNSON", "JOHNSTON")).toBeGreaterThan(shared("JOHNSON", "PRICE"));
  });
});
