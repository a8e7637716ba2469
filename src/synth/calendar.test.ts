import { describe, expect, it } from "vitest";
import { dayOf, monthEnd } from "./calendar.ts";

describe("days", () => {
  it.each([
    [1970, 1, 1, 0],
    [2000, 2, 29, 11_016],
    [1915, 3, 1, -20_030],
    [2024, 4, 1, 19_814],
  ])("%d-%d-%d", (year, month, day, expected) => {
    expect(dayOf(year, month, day)).toBe(expected);
  });

  it("month 1 of a financial year is April, month 10 January, month 12 March", () => {
    expect(monthEnd(2023, 1)).toBe(dayOf(2023, 4, 30));
    expect(monthEnd(2023, 9)).toBe(dayOf(2023, 12, 31));
    expect(monthEnd(2023, 10)).toBe(dayOf(2024, 1, 31));
    expect(monthEnd(2023, 12)).toBe(dayOf(2024, 3, 31));
  });
});
