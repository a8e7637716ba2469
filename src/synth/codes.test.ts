import { describe, expect, it } from "vitest";
import * as codes from "./codes.ts";

const lists = Object.entries(codes).map(([name, { text, width, count }]) => ({
  name,
  values: Array.from({ length: count }, (_, i) => text.slice(i * width, (i + 1) * width).trim()),
}));

describe("code lists", () => {
  it.each(lists)("$name has codes of its form", ({ name, values }) => {
    const form = /specialties/.test(name) ? /^\d{3}$/ : /^[A-Z]\d{2}[\dX]?$/;
    expect(values.filter((value) => !form.test(value))).toEqual([]);
  });

  it("steps through further diagnoses without meeting one twice", () => {
    const { count } = codes.comorbidities;
    for (let from = 0; from < count; from++) {
      const met = [0, 1, 2, 3, 4, 5, 6].map((n) => (from + n * 5) % count);
      expect(new Set(met).size).toBe(met.length);
    }
  });
});
