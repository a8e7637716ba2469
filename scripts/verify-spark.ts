import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "../src/base/hash.ts";
import { stableJson } from "../src/base/stable-json.ts";

/**
 * Runs every golden Spark statement on a real local Spark and commits the digests of those it accepted.
 * DARS_SPARK_PYTHON names a Python that has pyspark; the default is python3.
 */
const golden = "fixtures/golden";
const folders = readdirSync(golden)
  .map((name) => join(golden, name))
  .filter((folder) => existsSync(join(folder, "order.json")));

const python = process.env["DARS_SPARK_PYTHON"] ?? "python3";
const run = spawnSync(python, ["scripts/spark_accepts.py", ...folders], {
  encoding: "utf8",
  maxBuffer: 2 ** 28,
  stdio: ["ignore", "pipe", "inherit"],
});
const line = run.stdout?.trim().split("\n").at(-1) ?? "";
if (run.status !== 0 || !line.startsWith("{")) {
  process.stderr.write(
    `Spark did not run. ${python} needs pyspark and Java; name another with DARS_SPARK_PYTHON.\n`,
  );
  process.exit(1);
}

const { spark, results } = JSON.parse(line) as { spark: string; results: Record<string, string | null> };
const refused = Object.entries(results).filter(([, refusal]) => refusal !== null);
for (const [path, refusal] of refused) process.stderr.write(`${path}: ${refusal}\n`);
const accepted = Object.entries(results).filter(([, refusal]) => refusal === null);
const digests = Object.fromEntries(accepted.map(([path]) => [path, sha256(readFileSync(path, "utf8"))]));
writeFileSync(join(golden, "spark-accepted.json"), `${stableJson({ spark, digests }, 2)}\n`);
process.stdout.write(
  `Spark ${spark} accepted ${accepted.length} of ${accepted.length + refused.length} statements.\n`,
);
process.exitCode = refused.length === 0 ? 0 : 1;
