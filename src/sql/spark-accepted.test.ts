import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { sha256 } from "../base/hash.ts";

const golden = "fixtures/golden";

it("commits no Spark statement that a real Spark has not accepted", () => {
  const { digests } = JSON.parse(readFileSync(join(golden, "spark-accepted.json"), "utf8")) as {
    digests: Record<string, string>;
  };
  const files = readdirSync(golden, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".spark.sql"))
    .map((file) => join(golden, file));
  expect(files.length).toBeGreaterThan(50);
  const unknown = files.filter((file) => digests[file] !== sha256(readFileSync(file, "utf8")));
  expect(unknown, "run `npm run verify:spark` and commit the digests").toEqual([]);
});
