import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { importSplink } from "../src/model/linkage/splink/import-model.ts";
import type { TrainedModel } from "../src/model/linkage/train/trained-model.ts";
import { dars, mustEnd } from "./dars.ts";

const fixtures = join(import.meta.dirname, "../fixtures/splink");

let folder: string;

const records = `record,forename,surname,dob,postcode,nhs_number
1,Ann,Lee,1980-01-02,LS1 4AP,9434765919
2,Anne,Lee,1980-01-02,LS1 4AB,
3,Bob,Hill,1975-05-06,BD2 1AA,9434765870
4,Rob,Hill,1975-05-06,BD2 1AA,9434765870
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dars-splink-"));
  for (const name of ["a", "b"]) await writeFile(join(folder, `${name}.csv`), records);
  const sources = ["--input", "a=a.csv", "--input", "b=b.csv"];
  const { stdout } = mustEnd(
    await dars(folder, ["link", "import", join(fixtures, "people.json"), ...sources]),
    0,
  );
  await writeFile(join(folder, "linkage.yaml"), stdout);
  mustEnd(await dars(folder, ["link", "run", "linkage.yaml", "--out", "out"]), 0);
});

const model = async () => JSON.parse(await readFile(join(folder, "out/model.json"), "utf8")) as TrainedModel;

describe("dars link import and export", () => {
  it("links by a model that Splink saved, with its numbers", async () => {
    const { linkage } = importSplink(JSON.parse(await readFile(join(fixtures, "people.json"), "utf8")));
    const { lambda, comparisons, blocking, sources } = await model();
    const [names, dob] = [linkage?.comparisons[0], linkage?.comparisons[1]];
    expect({ lambda, names: comparisons[0], dob: comparisons[1] }).toEqual({
      lambda: linkage?.lambda,
      names,
      dob,
    });
    expect(blocking).toEqual(linkage?.blocking);
    expect(sources).toEqual({ a: { id: "record" }, b: { id: "record" } });
  });

  it.each(["4", "5"])("gives the model back in the form of Splink %s", async (version) => {
    const { stdout } = mustEnd(
      await dars(folder, ["link", "export", "out/model.json", "--splink", version]),
      0,
    );
    const { linkage, problems } = importSplink(JSON.parse(stdout));
    expect(problems).toEqual([]);
    const { lambda, comparisons, blocking } = await model();
    expect(linkage).toMatchObject({ linkType: "link_only", idColumn: "record", lambda, blocking });
    const numbers = (them: TrainedModel["comparisons"]) =>
      them.map(({ levels, else: rest }) => [...levels, rest].map((its) => [its?.m, its?.u]));
    expect(numbers(linkage?.comparisons ?? [])).toEqual(numbers(comparisons));
  });

  it("leaves files to be filled in, one or two by the model's link type", async () => {
    const { stdout } = mustEnd(await dars(folder, ["link", "import", join(fixtures, "people.json")]), 0);
    expect(stdout).toContain("right: { file: right.csv, id: record }");
    const one = ["--input", "a=a.csv", "--id", "other"];
    const { exit, stderr } = await dars(folder, ["link", "import", join(fixtures, "people.json"), ...one]);
    expect(exit).toBe(2);
    expect(stderr).toContain("two sources or more, not 1");
  });

  it("names each part that has no counterpart, and says where a file is cut off", async () => {
    const saved = JSON.parse(await readFile(join(fixtures, "people.json"), "utf8"));
    saved.comparisons[0].comparison_levels[1].sql_condition = "hamming(forename_l, forename_r) <= 1";
    saved.blocking_rules_to_generate_predictions.push({ blocking_rule: "l.a = r.b" });
    await writeFile(join(folder, "other.json"), JSON.stringify(saved, undefined, 1));
    const { exit, stderr } = await dars(folder, ["link", "import", "other.json"]);
    expect(exit).toBe(2);
    expect(stderr).toMatch(/comparison "names", level "both names" .*hamming/);
    expect(stderr).toMatch(/blocking rule l\.a = r\.b compares a with b/);
    await writeFile(join(folder, "cut.json"), JSON.stringify(saved).slice(0, 400));
    expect((await dars(folder, ["link", "import", "cut.json"])).stderr).toMatch(/^cut\.json:1:401 {2}/);
  });

  it("refuses to say in Splink what Splink cannot, and leaves rules out when asked", async () => {
    const its = await model();
    const rules = { ...its, blocking: [["soundex(surname)"]] };
    await writeFile(join(folder, "rules.json"), JSON.stringify(rules));
    const { exit, stderr } = await dars(folder, ["link", "export", "rules.json"]);
    expect(exit).toBe(2);
    expect(stderr).toMatch(/soundex[\s\S]*--no-blocking/);
    const { stdout } = mustEnd(await dars(folder, ["link", "export", "rules.json", "--no-blocking"]), 0);
    expect(JSON.parse(stdout).blocking_rules_to_generate_predictions).toEqual([]);
    const [first, ...others] = its.comparisons;
    const vetoed = { ...first, else: { ...first?.else, weight: "veto" } };
    await writeFile(join(folder, "veto.json"), JSON.stringify({ ...its, comparisons: [vetoed, ...others] }));
    expect((await dars(folder, ["link", "export", "veto.json"])).stderr).toContain("a veto in place of m");
    expect((await dars(folder, ["link", "export", "veto.json", "--splink", "3"])).exit).toBe(2);
  });
});
