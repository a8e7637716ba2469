import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readyMade } from "../src/model/linkage/ready-made.ts";
import { dars, darsJson, mustEnd, scratch } from "./dars.ts";
import { runMatch } from "./match-run.ts";

const people = `id,first_name,surname,dob,postcode,nhs_number,email
1,Ann,Lee,1970-12-31,SW1A 1AA,943 476 5919,a.lee@example.org
2,ANN,LEE,1970-12-31,sw1a1aa,9434765919,A.Lee@example.org
3,Lee,Ann,1970-12-13,SW1A 1AB,9434765991,ann.lee@other.net
4,Zoe,Quinn,1999-01-01,LS1 4BT,,
`;

const written = [
  { name: "first_name" },
  { forename_surname: ["first_name", "surname"] },
  { date_of_birth: "dob" },
  { postcode: "postcode" },
  { nhs_number: "nhs_number" },
  { email: "email" },
];
const blocking = [["year(dob)"]];

it("are written in one line each, and stand for their levels in the model and in what explain says", async () => {
  const folder = await scratch("ready-made");
  await writeFile(join(folder, "people.csv"), people);
  const sources = { people: { file: join(folder, "people.csv"), id: "id" } };
  const training = { lambda: 0.1, rules: [["first_name", "surname"], ["dob"]] };
  const { folder: made, model } = await runMatch({ sources, comparisons: written, blocking, training });
  const plain = model.comparisons.map(({ comparison, levels }) => ({
    comparison,
    levels: levels.map(({ m, u, ...level }) => level),
  }));
  expect(plain).toEqual([
    readyMade.name("first_name"),
    readyMade.forename_surname("first_name", "surname"),
    readyMade.date_of_birth("dob"),
    readyMade.postcode("postcode"),
    readyMade.nhs_number("nhs_number"),
    readyMade.email("email"),
  ]);

  mustEnd(await dars(folder, ["init", "work"]), 0);
  const file = join(made, "linkage.yaml");
  const [step] = (
    await darsJson<{ steps: { facts: { comparisons: Record<string, string[]> } }[] }>(join(folder, "work"), [
      "explain",
      file,
    ])
  ).steps;
  expect(step?.facts.comparisons["nhs_number"]).toEqual([
    "exact digits(nhs_number)",
    "damerau levenshtein digits(nhs_number) ≤ 1",
    "else",
  ]);
  const { stdout } = mustEnd(await dars(join(folder, "work"), ["explain", file]), 0);
  expect(stdout).toContain("- exact district(postcode)\n");

  await writeFile(
    join(folder, "wrong.yaml"),
    `version: 1
pipeline: linkage
title: Linkage
steps:
  - id: link
    kind: match
    sources: { people: { file: people.csv, id: id } }
    comparisons:
      - name: "upper(first_name"
      - { postcode: [postcode] }
      - { forename: first_name }
    blocking: [[dob]]
`,
  );
  const wrong = mustEnd(await dars(folder, ["link", "run", "wrong.yaml", "--out", "out"]), 2);
  expect(wrong.stderr).toMatchInlineSnapshot(`
    "wrong.yaml:9:15  the bracket at character 6 is never closed
      fix: correct the value; \`dars check --help\` names the schema of each file
      code: spec/wrong-value
    wrong.yaml:10:21  expected text, found a list
      fix: write text here
      code: spec/wrong-type
    wrong.yaml:11:9  key "name" is missing
      fix: add "name:" here
      code: spec/missing-key
    wrong.yaml:11:11  unknown key "forename"
      fix: use one of: comparison, levels, else, null, name, date_of_birth, postcode, nhs_number, email, forename_surname
      code: spec/unknown-key
    "
  `);
  for (const its of [folder, made]) await rm(its, { recursive: true });
});
