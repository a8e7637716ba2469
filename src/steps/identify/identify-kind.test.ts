import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectGolden } from "../../../tests/golden.ts";
import { checked, compiledIdentify, runIdentify, type TestRecord } from "../../../tests/identify-run.ts";
import { judge, personsByPairs } from "../../model/identity-oracle.ts";
import { emptyLedger, type Ledger, nextLedger } from "../../model/ledger.ts";
import { identifyKind } from "./identify-kind.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dars-identify-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Two numbers that pass Modulus 11, one that does not, and none. */
const numbers = ["9434765919", "4010232137", "9434765918", null];
const records: fc.Arbitrary<TestRecord[]> = fc
  .array(
    fc.record({
      dataSet: fc.constantFrom("hes_apc", "hes_op"),
      nhs_number: fc.constantFrom(...numbers),
      birth_date: fc.constantFrom("1950-03-04", "1950-04-03", "1950-03-09", "1961-01-01", "1800-01-01", null),
      sex: fc.constantFrom("1", "1", "1", "2", "9"),
      postcode: fc.constantFrom("LS1  4AP", "LS1 4AP", "YO1  7HH", "ZZ99 3VZ", null),
      provider: fc.constantFrom("RAE00", null),
      local_patient_id: fc.constantFrom("A1", "A2", " ", null),
      given_person_id: fc.constantFrom("g1", "g2", null),
      end: fc.constantFrom("2020-01-01", "1940-01-01", "1801-01-01"),
    }),
    { minLength: 1, maxLength: 14 },
  )
  .map((rows) => rows.map((row, i) => ({ ...row, id: i })));

/** What the plain model makes of the records: persons by record, and the next ledger. */
function expected(rows: readonly TestRecord[], before: Ledger) {
  const judged = rows
    .map((row) => ({ row, ...judge({ ...row, key: `${row.dataSet}/${keyOf(row)}` }) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const person = personsByPairs(judged);
  const profiles = [...new Set(judged.map((r) => r.profile))];
  const at = (profile: string) => judged.findIndex((r) => r.profile === profile);
  const current = profiles.map((profile) => ({
    profile,
    component: profiles.indexOf(judged[person[at(profile)] ?? 0]?.profile ?? ""),
  }));
  const ledger = nextLedger(before, current);
  const idOf = new Map(ledger.profiles.map((p) => [p.profile, p.person]));
  return { ledger, persons: new Map(judged.map((r) => [keyOf(r.row), idOf.get(r.profile)])) };
}

function keyOf(row: TestRecord): string {
  return `K${String(row.id).padStart(3, "0")}`;
}

describe("identify", () => {
  it("makes the persons that comparing every pair makes, in any order, run after run", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(records, { minLength: 1, maxLength: 3 }),
        fc.nat(1000),
        async (runs, turn) => {
          let ledger = emptyLedger;
          let state: string | undefined;
          for (const [i, rows] of runs.entries()) {
            const cut = turn % rows.length;
            const turned = [...rows.slice(cut), ...rows.slice(0, cut)];
            const result = await runIdentify(join(folder, `run-${i % 2}`), turned, state);
            const model = expected(rows, ledger);
            ledger = model.ledger;
            state = join(folder, `run-${i % 2}`);
            expect(result.persons).toEqual(model.persons);
            const events = (pairs: Ledger["merges"]) => pairs.map((pair) => pair.join(" ")).sort();
            expect(result.merges).toEqual(events(ledger.merges));
            expect(result.splits).toEqual(events(ledger.splits));
            const founding = ledger.profiles.filter((p) => p.isFounding).map((p) => p.person);
            expect(result.founding).toEqual(founding.sort((a, b) => a - b));
            expect(result.highest).toBe(ledger.highest);
          }
        },
      ),
      { numRuns: 12 },
    );
  });

  it("compiles to the committed SQL, which DuckDB binds", async () => {
    const { operations, scans } = compiledIdentify(["hes_apc", "hes_op"]);
    await expectGolden(operations, scans, "fixtures/golden/identify");
  });

  it("takes a rule set that makes persons, and data sets that name them", () => {
    expect(checked(identifyKind, { datasets: ["hes_apc"], rule_set: "hesid@1", ledger: "hes" })).toEqual([]);
    const wrong = { datasets: ["hes_apc", "hes_cc", "hes_apc"], rule_set: "hesid@2", ledger: "hes" };
    expect(checked(identifyKind, wrong)).toEqual([
      "datasets.1 spec/unknown-name",
      "datasets.2 spec/repeated-name",
      "rule_set spec/unknown-name",
    ]);
  });
});

/** The person of each record, in order of the records. */
async function personsOf(rows: readonly Partial<TestRecord>[], before?: string): Promise<unknown[]> {
  const blank = { nhs_number: null, birth_date: null, sex: null, postcode: null, provider: null };
  const rest = { local_patient_id: null, given_person_id: null, end: "2020-01-01", dataSet: "hes_apc" };
  const records = rows.map((row, id) => ({ ...blank, ...rest, id, ...row }));
  const { persons } = await runIdentify(join(folder, "case"), records, before);
  return records.map((record) => persons.get(keyOf(record)));
}

describe("hesid@1", () => {
  const born = { birth_date: "1950-03-04", sex: "1", postcode: "LS1  4AP" };
  const [first, second] = [numbers[0] ?? null, numbers[1] ?? null];

  it("joins a record without NHS number to the one person of its sex, birth date and postcode", async () => {
    expect(await personsOf([{ ...born, nhs_number: first }, born])).toEqual([1, 1]);
  });

  it("joins it to nobody where twins stand there, each with a number", async () => {
    const twins = [{ ...born, nhs_number: first }, { ...born, nhs_number: second }, born];
    expect(await personsOf(twins)).toEqual([1, 2, 3]);
  });

  it("does not let 1 January and a postcode make a person", async () => {
    const newYear = { ...born, birth_date: "1950-01-01" };
    expect(await personsOf([{ ...newYear, nhs_number: first }, newYear])).toEqual([1, 2]);
  });

  it("keeps a supplier's persons apart from those found by identifiers", async () => {
    const given = { given_person_id: "g1" };
    expect(await personsOf([{ ...born, nhs_number: first, ...given }, given, given])).toEqual([1, 2, 2]);
  });

  it("makes a person of each record that nothing can place", async () => {
    expect(await personsOf([{ sex: "1" }, { sex: "1" }])).toEqual([1, 2]);
  });
});
