import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectGolden } from "../../../tests/golden.ts";
import { compiledIdentify, runIdentify, type TestRecord } from "../../../tests/identify-run.ts";
import { judge, personsByPairs } from "../../model/identity-oracle.ts";
import { emptyLedger, type Ledger, nextLedger } from "../../model/ledger.ts";

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
});
