import { describe, it } from "vitest";
import { expectGolden } from "../../../tests/golden.ts";
import { compiledLink } from "../../../tests/identify-run.ts";

describe("link", () => {
  it("compiles to the committed SQL, which DuckDB binds", async () => {
    const { operations, scans } = compiledLink(["hes_apc", "hes_op", "hes_ae"]);
    await expectGolden(operations, scans, "fixtures/golden/link");
  });
});
