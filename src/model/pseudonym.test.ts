import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lengthPrefixed, tokenLength, tokenText } from "./pseudonym.ts";

describe("lengthPrefixed", () => {
  it("puts the length in bytes before each part", () => {
    expect([...lengthPrefixed("é", "")]).toEqual([0, 0, 0, 2, 0xc3, 0xa9, 0, 0, 0, 0]);
  });

  it("gives different bytes for different parts", () => {
    const parts = fc.array(fc.string({ unit: "grapheme" }), { maxLength: 4 });
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        const same = a.length === b.length && a.every((part, i) => part === b[i]);
        expect(Buffer.compare(lengthPrefixed(...a), lengthPrefixed(...b)) === 0).toBe(same);
      }),
    );
  });
});

describe("tokenText", () => {
  it("writes 128 bits as 26 characters of base32", () => {
    expect(tokenText(new Uint8Array(16))).toBe("0".repeat(tokenLength));
    expect(tokenText(new Uint8Array(16).fill(255))).toBe(`${"z".repeat(25)}w`);
  });

  it("keeps the order of the bits", () => {
    const bytes = fc.uint8Array({ minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        const order = Math.sign(Buffer.compare(a, b));
        expect(tokenText(a) < tokenText(b) ? -1 : tokenText(a) > tokenText(b) ? 1 : 0).toBe(order);
      }),
    );
  });
});
