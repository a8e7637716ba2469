import { describe, expect, it } from "vitest";
import { type Episode, groupSpells } from "./spells.ts";

function episode(key: string, change: Partial<Episode>): Episode {
  return {
    key,
    person: 1,
    provider: "RA1",
    start: 10,
    end: 12,
    admission: 10,
    order: 1,
    status: "3",
    dischargeMethod: "1",
    dischargeDestination: "19",
    admissionSource: "19",
    admissionMethod: "11",
    ...change,
  };
}

describe("spells", () => {
  it("hold the episodes of one admission, and part two providers", () => {
    const list = [
      episode("a", {}),
      episode("b", { start: 12, end: 15, order: 2 }),
      episode("c", { provider: "RB2", start: 12, admission: 12 }),
    ];
    expect(groupSpells(list).spells).toEqual([["a", "b"], ["c"]]);
  });

  it("go on from an episode that was not the last, when the next begins on the day it ends", () => {
    const next = { start: 12, end: 14, admission: 12 };
    expect(groupSpells([episode("a", { dischargeMethod: "8" }), episode("b", next)]).spells).toHaveLength(1);
    expect(groupSpells([episode("a", {}), episode("b", next)]).spells).toHaveLength(2);
  });

  it("have no unfinished episode, and none without provider or dates", () => {
    const list = [
      episode("a", { status: "1" }),
      episode("b", { provider: null }),
      episode("c", { end: null }),
    ];
    expect(groupSpells(list)).toEqual({ spells: [], continuous: [] });
  });
});

describe("continuous spells", () => {
  const apart = (days: number, change: Partial<Episode> = {}) => [
    episode("a", { dischargeDestination: "51" }),
    episode("b", { provider: "RB2", start: 12 + days, end: 20, admission: 12 + days, ...change }),
  ];

  it("join a transfer over at most three days, both days counted as dates", () => {
    expect(groupSpells(apart(3)).continuous).toEqual([["a", "b"]]);
    expect(groupSpells(apart(4)).continuous).toEqual([["a"], ["b"]]);
  });

  it("need a transfer", () => {
    const [, second] = apart(0);
    const list = [episode("a", {}), second as Episode];
    expect(groupSpells(list).continuous).toHaveLength(2);
    const arriving = { ...(second as Episode), admissionMethod: "2B" };
    expect(groupSpells([episode("a", {}), arriving]).continuous).toHaveLength(1);
  });
});
