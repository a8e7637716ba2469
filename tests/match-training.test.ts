import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { scratch } from "./dars.ts";
import { runMatch } from "./match-run.ts";

const people = [
  "id,first_name,surname,sex,year",
  "1,ann,lee,f,1970",
  "2,ann,lee,f,1970",
  "3,ann,lee,f,1971",
  "4,bob,fox,m,1980",
  "5,bob,fox,m,1980",
  "6,cat,elm,f,1990",
];

it("takes λ from rules and recall, u from all pairs, and leaves what is fixed", async () => {
  const folder = await scratch("training");
  await writeFile(join(folder, "people.csv"), `${people.join("\n")}\n`);
  const fixed = { m: 0.8, u: 0.25 };
  const { folder: made, model } = await runMatch({
    sources: { people: { file: join(folder, "people.csv"), id: "id" } },
    comparisons: [
      { comparison: "first_name", levels: [{ exact: "first_name", ...fixed }] },
      { comparison: "sex", levels: [{ exact: "sex" }], else: { u: { prior: 0.5, pairs: 100 } } },
      { comparison: "year", levels: [{ exact: "year" }, { difference: "year", at_most: 1 }] },
    ],
    blocking: [["surname"]],
    training: {
      like: "splink",
      lambda: { rules: [["first_name"], ["surname", "sex"]], recall: 0.9 },
      rules: [["surname"]],
    },
  });
  // 4 pairs of 15 agree by a rule.
  expect(model.lambda).toBeCloseTo(4 / 15 / 0.9, 12);
  const [name, sex, year] = model.comparisons;
  expect(name?.levels[0]).toMatchObject(fixed);
  expect(sex?.levels[0]?.u).toBeCloseTo(7 / 15, 12);
  expect(sex?.else?.u).toBeCloseTo((8 + 0.5 * 100) / (15 + 100), 12);
  expect(year?.levels.map(({ u }) => u)).toEqual([2, 2].map((n) => expect.closeTo(n / 15, 12)));
  const [session] = model.learned.sessions;
  expect(session?.pairs).toBe(4);
  expect(session?.errors?.m[0]).toEqual([null, null]);
  for (const its of [folder, made]) await rm(its, { recursive: true });
});
