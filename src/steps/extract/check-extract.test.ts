import { describe, expect, it } from "vitest";
import { catalogue } from "../../catalogue/catalogue.ts";
import { agreementSchema } from "../../spec/agreement.ts";
import { checkExtract } from "./check-extract.ts";
import { type ExtractSpec, extractSchema } from "./extract-spec.ts";
import { checkLedger } from "./linked-table.ts";

const agreement = agreementSchema.parse({
  version: 1,
  agreement: "DARS-NIC-000001-EXAMPLE",
  title: "Outcomes",
  recipient: "University of Somewhere",
  purpose: "research",
  legal_basis: "consent",
  start: "2024-01-01",
  end: "2024-12-31",
  identifiability: "pseudonymised",
  opt_outs: { apply: false, reason: "consent" },
  pseudonyms: { scope: "agreement", epoch: 1 },
  disclosure: "hes-2018",
  formats: ["csv"],
  data: [
    { dataset: "hes_apc", years: ["2022/23"], fields: ["EPIKEY", "SEX", "NEWNHSNO"], why: "x" },
    { dataset: "hes_apc", years: ["2023/24"], fields: ["EPIKEY", "SEX", "DIAG_4_*"], why: "x" },
  ],
});

function told(
  change: Partial<ExtractSpec["tables"][number]>,
  others: Record<string, unknown> = {},
  under = agreement,
): string[] {
  const table = { dataset: "hes_apc", years: ["2023/24"], fields: ["EPIKEY", "SEX"], ...change };
  const spec = extractSchema.parse({
    ledger: "hes",
    tables: [table],
    formats: ["csv"],
    ...others,
  }) as ExtractSpec;
  const at = (...path: readonly (string | number)[]) => ({ file: path.join(".") });
  return checkExtract(spec, {
    catalogue,
    agreement: under,
    at,
    earlier: { mortality: "link", linked: "combine", rules: "deterministic" },
  }).map((d) => `${d.at.file} ${d.code}`);
}

describe("an extract's check", () => {
  it.each<[string, NonNullable<ExtractSpec["tables"][number]["where"]>, string[]]>([
    ["an unquoted code", { not: { field: "SEX", from: 1 } }, ["tables.0.where.not.from spec/wrong-value"]],
    [
      "a text for a number",
      { all: [{ field: "STARTAGE", from: "young" }] },
      ["tables.0.where.all.0.from spec/wrong-value"],
    ],
    ["a text for a date", { field: "EPISTART", in: ["1 May"] }, ["tables.0.where.in.0 spec/wrong-value"]],
    ["values that fit", { field: "STARTAGE", from: 18, to: "64" }, []],
  ])("finds values that a field could never hold: %s", (_, where, expected) => {
    const open = {
      ...agreement,
      data: [{ dataset: "hes_apc", years: ["2023/24"], fields: ["*"], why: "x" }],
    };
    expect(told({ where }, {}, open).filter((line) => line.includes("spec/"))).toEqual(expected);
  });

  it("passes what is covered", () => {
    expect(told({ fields: ["EPIKEY", "SEX", "DIAG_4_01"] })).toEqual([]);
  });

  it.each<[string, Partial<ExtractSpec["tables"][number]>, string[]]>([
    ["a data set", { dataset: "hes_op", fields: ["SEX"] }, ["tables.0.dataset agreement/data-set"]],
    ["a year", { years: ["2021/22", "2023/24"] }, ["tables.0.years agreement/year"]],
    ["a field", { fields: ["SEX", "ADMIDATE"] }, ["tables.0.fields.1 agreement/field"]],
    [
      "a field in one of the years",
      { years: ["2022/23", "2023/24"], fields: ["DIAG_4_01"] },
      ["tables.0.fields.0 agreement/field"],
    ],
    [
      "a field that only selects",
      { where: { all: [{ field: "SEX", in: ["1"] }, { not: { field: "ADMIMETH", in: ["21"] } }] } },
      ["tables.0.where.all.1.not.field agreement/field"],
    ],
    ["a field that only derives", { derive: ["age_band_5"] }, ["tables.0.derive.0 agreement/field"]],
    [
      "a direct identifier",
      { years: ["2022/23"], fields: ["NEWNHSNO"] },
      ["tables.0.fields.0 agreement/direct"],
    ],
  ])("refuses %s beyond the agreement, at its place", (_, change, expected) => {
    expect(told(change).filter((line) => !/agreement\/(sensitive|restricted)/.test(line))).toEqual(expected);
  });

  it("refuses a format, and names that do not exist with the nearest that does", () => {
    expect(told({}, { formats: ["csv", "parquet"] })).toEqual(["formats.1 agreement/format"]);
    expect(told({ fields: ["EPKEY"] })).toEqual(["tables.0.fields.0 spec/unknown-name"]);
    expect(told({ dataset: "hes_acp" })).toEqual(["tables.0.dataset spec/unknown-name"]);
    expect(told({}, { deaths: { step: "mortalty" } })).toEqual([
      "deaths.step spec/unknown-name",
      "deaths agreement/data-set",
    ]);
  });

  it("refuses a table that stands twice, and one without an agreement", () => {
    const table = { dataset: "hes_apc", years: ["2023/24"], fields: ["SEX"] };
    expect(told({}, { tables: [table, table] })).toEqual(["tables.1 spec/repeated-name"]);
    const spec = extractSchema.parse({ ledger: "hes", tables: [table], formats: ["csv"] }) as ExtractSpec;
    const at = () => ({ file: "p.yaml" });
    const found = checkExtract(spec, { catalogue, agreement: undefined, at, earlier: {} });
    expect(found.map((d) => d.code)).toEqual(["agreement/none"]);
  });
});

describe("an extract of links alone", () => {
  const opted = agreementSchema.parse({
    ...agreement,
    opt_outs: { apply: true, list: "list.dat", dated: "2024-05-01", max_age_days: 90, untestable: "keep" },
    data: [{ dataset: "cohort_linked", years: ["2023/24"], fields: ["match_step"], why: "x" }],
  });
  const lists = { ledger: undefined, tables: [] };

  it.each<[string, Record<string, unknown>, string[]]>([
    ["nothing at all", lists, ["tables spec/missing-key"]],
    ["tables of no ledger", { ledger: undefined }, ["ledger spec/missing-key"]],
    [
      "lists whose numbers are not read",
      { ...lists, linkage: { step: "linked" } },
      ["linkage.rules spec/missing-key"],
    ],
    [
      "lists that no step read",
      { ...lists, linkage: { step: "linked", rules: "mortality" } },
      ["linkage.rules spec/unknown-name"],
    ],
    ["lists", { ...lists, linkage: { step: "linked", rules: "rules" } }, []],
    ["persons of a ledger", { tables: [], linkage: { step: "linked" } }, []],
  ])("is told what is missing: %s", (_, others, expected) => {
    expect(told({}, others, opted).filter((line) => line.includes("spec/"))).toEqual(expected);
  });

  it("reads the lists that were linked, and lists alone", () => {
    const step = (left: string, right: string) => ({ operations: [], outputs: {}, facts: { left, right } });
    const spec = extractSchema.parse({ linkage: { step: "linked", rules: "rules" }, formats: ["csv"] });
    const at = (...path: readonly (string | number)[]) => ({ file: path.join(".") });
    const check = (linked: ReturnType<typeof step>, rules: ReturnType<typeof step>) =>
      checkLedger(spec, { earlier: { linked, rules }, at, inputs: {} }).map((d) => `${d.at.file} ${d.code}`);
    const [two, other] = [step("cohort A", "cohort B"), step("cohort A", "cohort C")];
    const held = step("cohort A", "ledger hes");
    expect(check(two, two)).toEqual([]);
    expect(check(two, other)).toEqual(["linkage.rules spec/wrong-value"]);
    expect(check(held, held)).toEqual(["linkage.step spec/wrong-value"]);
  });
});
