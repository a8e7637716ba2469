import { tmpdir } from "node:os";
import fc from "fast-check";
import { expect, it } from "vitest";
import { runOperations } from "../../../engine/operations.ts";
import { Session } from "../../../engine/session.ts";
import { type Episode, groupSpells } from "../../../model/spells.ts";
import { sql } from "../../../sql/sql.ts";
import { continuousSpell, spell } from "./spells.ts";

const code = (...codes: string[]) => fc.constantFrom(null, ...codes);
const day = fc.integer({ min: 0, max: 14 });

const episode = fc.record({
  person: fc.integer({ min: 1, max: 60 }),
  provider: code("RA1", "RA1", "RB2"),
  start: fc.option(day, { freq: 30 }),
  length: fc.integer({ min: 0, max: 4 }),
  admission: fc.option(day, { freq: 30 }),
  order: fc.constantFrom(null, 1, 2, 3, 98, 99),
  status: fc.constantFrom("3", "3", "3", "3", "1", null),
  dischargeMethod: code("1", "8", "9"),
  dischargeDestination: code("19", "51"),
  admissionSource: code("19", "52"),
  admissionMethod: code("21", "2B", "81"),
});

const episodes = fc.array(episode, { minLength: 1, maxLength: 400 }).map((list) =>
  list.map(
    ({ length, ...e }, i): Episode => ({
      ...e,
      key: `E${String(i).padStart(4, "0")}`,
      end: e.start === null ? null : e.start + length,
    }),
  ),
);

/** Keys that share a number within a person. */
async function numbered(list: readonly Episode[], name: "SPELL_NUMBER" | "CIPS_NUMBER"): Promise<string[]> {
  const session = await Session.open({ threads: 2, memoryBytes: 2 ** 30, spillFolder: tmpdir() });
  try {
    const text = (value: string | number | null) => (value === null ? "NULL" : `'${value}'`);
    const date = (value: number | null) =>
      value === null ? "DATE '1801-01-01'" : `DATE '2024-03-25' + ${value}`;
    const rows = list.map(
      (e, i) =>
        `(${i}, ${e.person}, '${e.key}', ${text(e.provider)}, ${date(e.start)}, ${date(e.end)}, ${date(e.admission)}, ${e.order ?? "NULL"}, ${text(e.status)}, ${text(e.dischargeMethod)}, ${text(e.dischargeDestination)}, ${text(e.admissionSource)}, ${text(e.admissionMethod)})`,
    );
    await session.run(
      "episodes",
      `CREATE TABLE source AS SELECT CAST(record_id AS BIGINT) AS record_id, person_id, EPIKEY, CAST(PROCODE3 AS VARCHAR) AS PROCODE3, CAST(EPISTART AS DATE) AS EPISTART, CAST(EPIEND AS DATE) AS EPIEND, CAST(ADMIDATE AS DATE) AS ADMIDATE, CAST(EPIORDER AS INTEGER) AS EPIORDER, CAST(EPISTAT AS VARCHAR) AS EPISTAT, CAST(DISMETH AS VARCHAR) AS DISMETH, CAST(DISDEST AS VARCHAR) AS DISDEST, CAST(ADMISORC AS VARCHAR) AS ADMISORC, CAST(ADMIMETH AS VARCHAR) AS ADMIMETH FROM (VALUES ${rows.join(", ")}) AS v(record_id, person_id, EPIKEY, PROCODE3, EPISTART, EPIEND, ADMIDATE, EPIORDER, EPISTAT, DISMETH, DISDEST, ADMISORC, ADMIMETH)`,
    );
    const derivation = name === "SPELL_NUMBER" ? spell : continuousSpell;
    const source = { episodes: sql`source`, delivered: sql`source`, prefix: "stay" };
    await runOperations(derivation.fromPerson?.(source) ?? [], { session, folder: "", hostFunctions: {} });
    const found = await session.rows(
      "numbers",
      `SELECT string_agg(s.EPIKEY, ' ' ORDER BY s.EPIKEY) AS keys FROM stay AS n JOIN source AS s USING (record_id) GROUP BY s.person_id, n.${name}`,
    );
    return found.map((row) => String(row["keys"])).sort();
  } finally {
    session.close();
  }
}

const sorted = (groups: readonly (readonly string[])[]) =>
  groups.map((group) => [...group].sort().join(" ")).sort();

it("groups episodes into spells and continuous spells as the plain form does, in any order of rows", async () => {
  await fc.assert(
    fc.asyncProperty(episodes, async (list) => {
      const plain = groupSpells(list);
      expect(await numbered(list, "SPELL_NUMBER")).toEqual(sorted(plain.spells));
      expect(await numbered([...list].reverse(), "CIPS_NUMBER")).toEqual(sorted(plain.continuous));
    }),
    { numRuns: 12 },
  );
});
