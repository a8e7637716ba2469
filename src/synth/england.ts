import type { Copy, Operation } from "../sql/operation.ts";
import { ident, type Sql, sql } from "../sql/sql.ts";
import { emergencyFile } from "./ae-file.ts";
import { apcFile } from "./apc-file.ts";
import { criticalCareFile } from "./cc-file.ts";
import { cohortFiles, cohortTruthFile } from "./cohort-file.ts";
import { deathFiles, registrationTable } from "./deaths.ts";
import { outpatientFile } from "./op-file.ts";
import { blockTable, peopleTable } from "./people.ts";
import { type Plan, planOf, type SynthOptions } from "./plan.ts";
import { addressTruthFile, personTruthFile, recordTruthFile } from "./truth.ts";

/**
 * A synthetic England: persons who live in households, move, fall ill and die; what the suppliers of national data
 * would send about them, with the errors of real identifiers; and the truth about every record.
 *
 * Two tables of persons and of deaths are kept; everything else is made on the fly from them, in order of persons,
 * by draws of (seed, entity, purpose), so that files need no sorting and come out alike on any number of threads.
 */
export function compileEngland(options: SynthOptions): Operation[] {
  const plan = planOf(options);
  return [
    blockTable(plan),
    peopleTable(plan),
    registrationTable(plan),
    ...supplierFiles(plan),
    personTruthFile(plan),
    addressTruthFile(plan),
    recordTruthFile(plan),
    ...cohortFiles(plan),
    cohortTruthFile(plan),
  ];
}

function supplierFiles(plan: Plan): Copy[] {
  return [
    ...plan.releases.flatMap((release) => [
      apcFile(plan, release),
      criticalCareFile(plan, release),
      outpatientFile(plan, release),
      emergencyFile(plan, release),
    ]),
    ...deathFiles(plan),
  ];
}

/** Query of the NHS numbers, as text, of the 3 % of persons who opted out; in order of persons. */
export function optOuts(options: SynthOptions): Sql {
  const { draw } = planOf(options);
  return sql`SELECT CAST(nhs AS VARCHAR) AS nhs_number FROM synth_person WHERE ${draw.chance(ident("person"), 0.03, "opted out")}`;
}
