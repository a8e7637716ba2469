import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runLink, type TestDeath, type TestProfile } from "../../../tests/link-rows.ts";
import { agreeInPart } from "../../model/identity.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dars-link-rows-"));
  await mkdir(folder, { recursive: true });
});
afterAll(() => rm(folder, { recursive: true }));

const [numberA, numberB] = ["9434765919", "4010232137"];
const values = {
  nhs_number: fc.constantFrom(numberA, numberB, null),
  birth_date: fc.constantFrom("1950-03-04", "1950-04-03", "1950-03-09", "1961-01-01", null),
  sex: fc.constantFrom("1", "1", "2", null),
  postcode: fc.constantFrom("LS14AP", "YO17HH", null),
};
const persons = fc.array(fc.record({ ...values, person: fc.integer({ min: 1, max: 4 }) }), {
  minLength: 1,
  maxLength: 6,
});
const deaths = fc.array(fc.record(values), { minLength: 1, maxLength: 4 });

/** Best rank of a death and a person by the published table, by trying every profile, and how many profiles give it. */
function bestRank(death: TestDeath, profiles: readonly TestProfile[]): { rank: number; agreeing: number } {
  const numbers = new Set(profiles.flatMap((p) => p.nhs_number ?? []));
  const free = death.nhs_number === null || numbers.size === 0 || numbers.has(death.nhs_number);
  const ranks = profiles.flatMap((p) => {
    const same = (role: "nhs_number" | "sex" | "birth_date" | "postcode") =>
      death[role] !== null && death[role] === p[role];
    const part =
      death.birth_date !== null && p.birth_date !== null && agreeInPart(death.birth_date, p.birth_date);
    const [number, sex, birth, postcode] = [
      same("nhs_number"),
      same("sex"),
      same("birth_date"),
      same("postcode"),
    ];
    const demographics = sex && birth && postcode && !death.birth_date?.endsWith("-01-01");
    return [
      number && sex && birth && postcode,
      number && sex && birth,
      number && sex && part && postcode,
      number && sex && part,
      number && postcode,
      demographics && free,
      demographics && free,
      number,
    ]
      .flatMap((holds, i) => (holds ? [i + 1] : []))
      .slice(0, 1);
  });
  const rank = Math.min(...ranks);
  return { rank, agreeing: ranks.filter((r) => r === rank).length };
}

/** Rank by rank: each death its best person, each person one of the deaths that chose it. */
function expectedLinks(profiles: readonly TestProfile[], registered: readonly TestDeath[]): string[] {
  const ids = [...new Set(profiles.map((p) => p.person))].sort((a, b) => a - b);
  const of = (person: number) => profiles.filter((p) => p.person === person);
  const links = new Map<number, { death: number; rank: number }>();
  for (let rank = 1; rank <= 8; rank++) {
    const chosen = registered.map((death, d) => {
      if ([...links.values()].some((link) => link.death === d)) return undefined;
      const fitting = ids
        .map((person) => ({ person, ...bestRank(death, of(person)) }))
        .filter((c) => c.rank === rank && !links.has(c.person));
      return fitting.sort((a, b) => b.agreeing - a.agreeing || a.person - b.person)[0]?.person;
    });
    chosen.forEach((person, d) => {
      if (person !== undefined && !links.has(person)) links.set(person, { death: d, rank });
    });
  }
  return [...links].map(([person, { death, rank }]) => `${person} D${death} ${rank}`).sort();
}

describe("the eight ranks", () => {
  it("link what trying every pair links, rank by rank, each side once", async () => {
    await fc.assert(
      fc.asyncProperty(persons, deaths, async (profiles, registered) => {
        const { links } = await runLink(folder, { profiles, deaths: registered });
        expect(links).toEqual(expectedLinks(profiles, registered));
      }),
      { numRuns: 20 },
    );
  });

  it("do not let a person known by another NHS number match on birth date and postcode", async () => {
    const demographics = { birth_date: "1950-03-04", sex: "1", postcode: "LS14AP" };
    const profiles = [
      { person: 1, nhs_number: null, ...demographics },
      { person: 1, nhs_number: numberB, birth_date: null, sex: null, postcode: null },
    ];
    const registered = [{ nhs_number: numberA, ...demographics }];
    expect((await runLink(folder, { profiles, deaths: registered })).links).toEqual([]);
  });
});

describe("a communal postcode", () => {
  const demographics = { nhs_number: null, birth_date: "1950-03-04", sex: "1" };
  const crowd = Array.from({ length: 3 }, (_, i) => ({
    ...demographics,
    birth_date: `193${i}-05-05`,
    person: 900 + i,
    postcode: "LS14AP",
  }));
  const homes = Array.from({ length: 99 }, (_, i) => ({
    ...demographics,
    person: i + 1,
    postcode: `YO${Math.floor(i / 10)}${i % 10}HH`,
  }));

  it("is the one in a hundred with the most persons, and costs a death its rank 6", async () => {
    const registered = ["LS14AP", "YO55HH"].map((postcode) => ({ ...demographics, postcode }));
    const profiles = [...homes, ...crowd, { ...demographics, person: 1000, postcode: "LS14AP" }];
    expect((await runLink(folder, { profiles, deaths: registered })).links).toEqual(["1000 D0 7", "56 D1 6"]);
  });
});

describe("a death known to hospital and register", () => {
  const person = { person: 1, nhs_number: numberA, birth_date: "1950-03-04", sex: "1", postcode: "LS14AP" };
  const died = { nhs_number: numberA, birth_date: "1950-03-04", sex: "1", postcode: "LS14AP" };

  it.each([
    ["2024-01-08", "HES2", "2024-01-12"],
    ["2024-01-09", "MIX1", "2024-01-12"],
    ["2024-01-11", "MIX1", "2024-01-12"],
    ["2024-01-12", "ONS1", "2024-01-12"],
    ["2024-01-15", "ONS1", "2024-01-12"],
    ["2024-01-16", "HES2", "2024-01-12"],
  ])("merges by the days between: hospital %s gives %s", async (hospital, used, registered) => {
    const { deaths: rows } = await runLink(folder, {
      profiles: [person],
      deaths: [{ ...died, date: registered }],
      stays: [{ person: 1, admitted: "2024-01-01", discharged: hospital, method: "4" }],
    });
    const date = used === "ONS1" ? registered : hospital;
    expect(rows).toEqual([`1 ${used} ${date} 1 -`]);
  });

  it("stays a hospital death of rank 0 where nobody registered it, on the last day reported", async () => {
    const { deaths: rows } = await runLink(folder, {
      profiles: [person],
      deaths: [],
      stays: [
        { person: 1, admitted: "2023-05-01", discharged: "2023-05-04", method: "4" },
        { person: 1, admitted: "2024-01-01", discharged: "1801-01-01", method: "4", ended: "2024-01-03" },
      ],
    });
    expect(rows).toEqual(["1 HES1 2024-01-03 0 -"]);
  });

  it("is flagged by an admission after the day of death, not by one on it", async () => {
    const admittedOn = (admitted: string) =>
      runLink(folder, {
        profiles: [person],
        deaths: [{ ...died, date: "2024-01-12" }],
        stays: [{ person: 1, admitted, discharged: "2024-02-01", method: "1" }],
      });
    expect((await admittedOn("2024-01-12")).deaths).toEqual(["1 ONS2 2024-01-12 1 -"]);
    expect((await admittedOn("2024-01-13")).deaths).toEqual(["1 ONS2 2024-01-12 1 Y"]);
  });
});

describe("a registration without a person", () => {
  const nobody = { nhs_number: numberB, birth_date: "1930-02-02", sex: "2", postcode: "YO17HH" };
  const person = { person: 1, nhs_number: numberA, birth_date: "1950-03-04", sex: "1", postcode: "LS14AP" };

  it("is held, counted at each try, and released when its person appears", async () => {
    const first = await runLink(folder, { profiles: [person], deaths: [nobody] });
    expect(first.held).toEqual(["D0 2024-05-31 1"]);
    const second = await runLink(folder, { profiles: [person], deaths: [nobody], previous: "2024-04-30" });
    expect(second.held).toEqual(["D0 2024-04-30 2"]);
    const third = await runLink(folder, {
      profiles: [{ ...nobody, person: 7 }],
      deaths: [nobody],
      previous: "2024-04-30",
    });
    expect([third.held, third.links]).toEqual([[], ["7 D0 1"]]);
  });

  it("is neither linked nor held once it is cancelled", async () => {
    const result = await runLink(folder, { profiles: [person], deaths: [{ ...nobody, cancelled: "Y" }] });
    expect([result.held, result.links]).toEqual([[], []]);
  });
});
