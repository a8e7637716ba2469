import { describe, expect, it } from "vitest";
import { expectGolden } from "../../../tests/golden.ts";
import { compiled } from "../../../tests/identify-run.ts";
import { deterministicKind } from "./deterministic-kind.ts";

const spec = { rule_set: "bespoke@1", left: { cohort: "NIC-000004" }, right: { ledger: "hes" } };

describe("deterministic", () => {
  it("compiles to the committed SQL, which DuckDB binds", async () => {
    const { operations, scans } = compiled(deterministicKind, { ...spec, keep: "one_to_one" });
    await expectGolden(operations, scans, "fixtures/golden/deterministic");
  });

  it("takes the best person for each of the left, where nobody need be taken once only", () => {
    const ids = (keep: "best_left" | "one_to_one") =>
      compiled(deterministicKind, { ...spec, keep }).operations.map(({ id }) => id);
    expect(ids("one_to_one").filter((id) => !ids("best_left").includes(id))).toContain("match_1");
    expect(ids("best_left").filter((id) => !ids("one_to_one").includes(id))).toEqual([]);
  });
});
