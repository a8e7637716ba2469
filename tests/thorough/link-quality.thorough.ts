import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { evaluateDeaths, evaluatePersons } from "../../src/engine/evaluate.ts";
import { inSession, type LinkedEngland, linkEngland, zoneFiles } from "../link-run.ts";

/** Precision and recall of persons, by pairs of records, and of deaths. */
async function quality(england: LinkedEngland) {
  const keys = { hes_apc: "EPIKEY", hes_op: "ATTENDKEY", hes_ae: "AEKEY" };
  const identity = Object.fromEntries(
    Object.entries(keys).map(([id, key]) => [id, { files: zoneFiles(england, "identity", id), key }]),
  );
  const persons = Object.fromEntries(
    Object.keys(keys).map((id) => [id, [join(england.ledger, `persons/${id}.parquet`)]]),
  );
  const files = { persons, identity, truth: join(england.folder, "truth") };
  const deathIdentity = {
    dataSet: "ons_deaths",
    files: zoneFiles(england, "identity", "ons_deaths"),
    key: "DARS_BIRD_DEATHS_ID",
  };
  return await inSession(england.folder, async (session) => ({
    persons: await evaluatePersons(session, files),
    deaths: await evaluateDeaths(session, files, [join(england.links, "deaths.parquet")], deathIdentity),
  }));
}

describe.each([
  { profile: "typical", seed: 71, recall: 0.97 },
  { profile: "poor", seed: 72, recall: 0.93 },
] as const)("deaths of a synthetic England with $profile identifiers", ({ profile, seed, recall }) => {
  it(`are linked to the right person, and ${recall} of them found`, async () => {
    const years = { from: 2023, to: 2024 };
    const england = await linkEngland({ people: 12_000, years, seed, profile, provisional: false });
    try {
      const { persons, deaths } = await quality(england);
      expect(deaths.precision).toBeGreaterThanOrEqual(0.999);
      expect(deaths.recall).toBeGreaterThanOrEqual(recall);
      expect(persons.precision).toBeGreaterThanOrEqual(0.999);
    } finally {
      await rm(england.folder, { recursive: true });
    }
  });
});
