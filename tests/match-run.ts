import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import type { TrainedModel } from "../src/model/linkage/train/trained-model.ts";
import { dars, mustEnd, scratch } from "./dars.ts";
import { query } from "./files.ts";

/** A link that a run wrote; numbers as text, to the last digit. */
export interface WrittenLink {
  readonly source_l: string;
  readonly id_l: string;
  readonly source_r: string;
  readonly id_r: string;
  readonly match_weight: string;
  readonly match_probability: string;
}

/** What a match step is told, as it would stand in YAML. */
export type MatchYaml = Readonly<Record<string, unknown>>;

/** Runs one match step over files, with the built command in a folder of its own. */
export async function runMatch(match: MatchYaml, options: readonly string[] = []) {
  const folder = await scratch("match");
  const steps = [{ id: "link", kind: "match", ...match }];
  await writeFile(
    join(folder, "linkage.yaml"),
    stringify({ version: 1, pipeline: "linkage", title: "Linkage", steps }),
  );
  mustEnd(await dars(folder, ["link", "run", "linkage.yaml", "--out", "out", ...options]), 0);
  const read = async <T>(file: string) =>
    (await query(
      `SELECT * FROM read_parquet('${join(folder, "out", file)}') ORDER BY ALL`,
    )) as unknown as T[];
  return {
    folder,
    model: JSON.parse(await readFile(join(folder, "out", "model.json"), "utf8")) as TrainedModel,
    links: await read<WrittenLink>("links.parquet"),
    clusters: await read<{ source: string; id: string; cluster_id: string }>("clusters.parquet"),
  };
}
