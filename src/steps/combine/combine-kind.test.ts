import { describe, it } from "vitest";
import { expectGolden } from "../../../tests/golden.ts";
import { compiled } from "../../../tests/identify-run.ts";
import { intakeColumns, linkColumns, memberColumns, profileColumns } from "../deterministic/columns.ts";
import { linkColumns as scored } from "../match/compile-results.ts";
import { combineKind } from "./combine-kind.ts";
import { combineSchema, read } from "./combine-spec.ts";

const columns = {
  [read.rules]: linkColumns,
  [read.members]: memberColumns,
  [read.intake]: intakeColumns,
  [read.left]: profileColumns,
  [read.right]: profileColumns,
  [read.scored]: scored("bigint"),
};

describe("combine", () => {
  it("compiles to the committed SQL, which DuckDB binds", async () => {
    const spec = combineSchema.parse({ rules: "rules", model: "model", keep: "one_to_one" });
    const { operations, scans } = compiled(combineKind, spec, { columns });
    await expectGolden(operations, scans, "fixtures/golden/combine");
  });
});
