import { describe, expect, it } from "vitest";
import { expectGolden } from "../../../tests/golden.ts";
import { checked, compiledLink } from "../../../tests/identify-run.ts";
import { linkKind } from "./link-kind.ts";

describe("link", () => {
  it("compiles to the committed SQL, which DuckDB binds", async () => {
    const { operations, scans } = compiledLink(["hes_apc", "hes_op", "hes_ae"]);
    await expectGolden(operations, scans, "fixtures/golden/link");
  });

  it("compiles the same data to the same operations on another day", () => {
    const [one, other] = ["2024-05-31", "2024-06-30"].map(
      (asAt) => compiledLink(["hes_apc"], asAt).operations,
    );
    // Nothing was received in this test, so the day of the run is all that is known.
    expect(one?.filter((o) => o.id !== "held_death")).toEqual(other?.filter((o) => o.id !== "held_death"));
  });

  it("takes a rule set that links two sides, deaths, and data sets with persons", () => {
    const spec = { rule_set: "hes-ons@1", ledger: "hes", deaths: "ons_deaths", datasets: ["hes_apc"] };
    expect(checked(linkKind, spec)).toEqual([]);
    const wrong = {
      rule_set: "hesid@1",
      ledger: "hes",
      deaths: "hes_op",
      datasets: ["hes_cc", "hes_ap", "hes_ap"],
    };
    expect(checked(linkKind, wrong)).toEqual([
      "rule_set spec/unknown-name",
      "deaths spec/unknown-name",
      "datasets.0 spec/unknown-name",
      "datasets.1 spec/unknown-name",
      "datasets.2 spec/unknown-name",
      "datasets.2 spec/repeated-name",
    ]);
  });
});
