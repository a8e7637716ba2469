import { diagnostic, nearest, Refusal, refuse } from "../../base/diagnostics.ts";
import type { DataSet } from "../../catalogue/dataset.ts";
import { yearFromCode } from "../../model/period.ts";
import type { ReleasePeriod } from "../../model/release.ts";
import { type Candidate, matchShape } from "../../steps/ingest/header.ts";
import type { Layout } from "../../steps/ingest/layout.ts";
import { decidePeriod, parseStatedPeriod, periodInName } from "../../steps/ingest/period.ts";
import type { IngestRequest } from "./ingest-request.ts";
import type { Source } from "./open-source.ts";

/**
 * The shape of a file, among those that the request leaves open.
 *
 * Errors: spec/unknown-name, spec/usage for the options; those of matchShape for the header.
 */
export function chooseShape(
  request: IngestRequest,
  source: Source,
  catalogue: readonly DataSet[],
): Candidate {
  const at = { file: source.file };
  checkPeriod(request, at);
  const dataSets = named("data set", request.dataSet, catalogue, (dataSet) => dataSet.id, at);
  const all = dataSets.flatMap((dataSet) => dataSet.shapes.map((shape): Candidate => ({ dataSet, shape })));
  const candidates = named("shape", request.shape, all, ({ shape }) => shape.name, at);
  const found = matchShape({ name: source.name, line: source.firstLine }, candidates, at);
  if ("code" in found) throw new Refusal([found]);
  return found;
}

function checkPeriod({ period }: IngestRequest, at: { file: string }): void {
  if (period !== undefined && parseStatedPeriod(period) === undefined) {
    refuse("spec/usage", at, { detail: "--period is no period", fix: "write it as 2023/24 or 2024-01" });
  }
}

function named<T>(
  what: string,
  name: string | undefined,
  things: readonly T[],
  nameOf: (thing: T) => string,
  at: { file: string },
): readonly T[] {
  if (name === undefined) return things;
  const found = things.filter((thing) => nameOf(thing) === name);
  if (found.length > 0) return found;
  const known = things.map(nameOf);
  throw new Refusal([diagnostic("spec/unknown-name", at, { what, name, near: nearest(name, known), known })]);
}

/**
 * The period of a file, of its name, its rows and `--period`.
 *
 * Errors: ingest/no-period, ingest/period-contradiction.
 */
export function decideReleasePeriod(
  request: IngestRequest,
  name: string,
  layout: Layout,
  years: readonly string[],
  file: string,
): ReleasePeriod {
  const stated = request.period === undefined ? undefined : parseStatedPeriod(request.period);
  const decided = decidePeriod({
    supply: layout.dataSet.supply,
    named: periodInName(name, layout.shape),
    rows: years.flatMap((code) => yearFromCode(code) ?? []),
    stated,
  });
  if (decided === undefined) refuse("ingest/no-period", { file }, {});
  if ("from" in decided) return decided;
  return refuse("ingest/period-contradiction", { file }, { sources: decided });
}
