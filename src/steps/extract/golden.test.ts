import { describe, it } from "vitest";
import { expectGolden } from "../../../tests/golden.ts";
import { catalogue, dataSetOf } from "../../catalogue/catalogue.ts";
import { isDirect } from "../../catalogue/dataset.ts";
import { agreementSchema } from "../../spec/agreement.ts";
import type { Scan } from "../../sql/operation.ts";
import type { Column } from "../../sql/type.ts";
import { extractKind } from "./extract-kind.ts";
import { type ExtractSpec, extractSchema } from "./extract-spec.ts";

const agreement = agreementSchema.parse({
  version: 1,
  agreement: "DARS-NIC-000001-EXAMPLE",
  title: "Outcomes after heart attack",
  recipient: "University of Somewhere",
  purpose: "research",
  legal_basis: "section 251",
  start: "2024-01-01",
  end: "2024-12-31",
  identifiability: "pseudonymised",
  opt_outs: { apply: true, list: "opt-outs.txt", dated: "2024-05-01", max_age_days: 90, untestable: "drop" },
  pseudonyms: { scope: "agreement", epoch: 1 },
  permissions: { sensitive: ["DISMETH", "DISDEST"] },
  disclosure: "hes-2018",
  formats: ["csv", "parquet"],
  data: [
    {
      dataset: "hes_apc",
      years: ["2022/23", "2023/24"],
      fields: ["AEKEY", "ADMI*", "DIAG_4_*", "DIS*", "EPI*", "PROCODE3", "SEX", "STARTAGE", "SUSRECID"],
      why: "admissions",
    },
    { dataset: "hes_cc", years: ["2023/24"], fields: ["SUSRECID", "CCSTARTDATE"], why: "critical care" },
    {
      dataset: "hes_ons_linked",
      years: ["2023/24"],
      fields: ["record_id", "dod", "match_rank"],
      why: "deaths",
    },
  ],
});

const spec = extractSchema.parse({
  ledger: "hes",
  tables: [
    {
      dataset: "hes_apc",
      years: { from: "2022/23", to: "2023/24" },
      fields: ["EPIKEY", "AEKEY", "SEX", "EPISTART", "DIAG_4_01", "DIAG_4_02"],
      derive: ["age_band_5", "fce", "fae", "spell", "continuous_spell"],
      where: {
        all: [
          {
            any: [
              { field: "DIAG_4_0*", matches: ["I21*", "I22*"] },
              { field: "ADMIMETH", in: ["21", "2A"] },
            ],
          },
          { field: "EPISTART", from: "2022-04-01" },
          { not: { field: "STARTAGE", to: 17 } },
        ],
      },
    },
    { dataset: "hes_cc", years: ["2023/24"], fields: ["SUSRECID", "CCSTARTDATE"] },
  ],
  deaths: { step: "mortality" },
  formats: ["csv", "parquet"],
}) as ExtractSpec;

const persons: readonly Column[] = [
  { name: "record_id", type: "bigint" },
  { name: "person_id", type: "bigint" },
  { name: "match_pass", type: "tinyint" },
  { name: "id_type", type: "varchar" },
];

const relations: Readonly<Record<string, readonly Column[]>> = {
  persons_hes_apc: persons,
  profiles: [
    { name: "person_id", type: "bigint" },
    { name: "nhs_number", type: "varchar" },
  ],
  opt_outs: [{ name: "nhs_number", type: "varchar" }],
  deaths: [
    { name: "person_id", type: "bigint" },
    { name: "record_id", type: "bigint" },
    { name: "date_of_death", type: "date" },
    { name: "match_rank", type: "integer" },
  ],
};

/** An input as a scan without files: content has every field that the content zone may hold. */
function scanOf(name: string, dataSet: string | undefined): Scan {
  const content = (dataSetOf(dataSet ?? "")?.fields ?? []).filter((field) => !isDirect(field));
  const columns = relations[name] ?? [{ name: "record_id", type: "bigint" }, ...content];
  return { relation: { name, columns: columns.map(({ name, type }) => ({ name, type })) }, files: [] };
}

describe("an extract's SQL", () => {
  it("is what was committed, in both dialects, and binds", async () => {
    const requests = Object.entries(extractKind.inputs(spec, { agreement, catalogue }));
    const scans = requests.map(([name, request]) =>
      scanOf(name, "dataSet" in request ? request.dataSet : undefined),
    );
    const compiled = extractKind.compile(spec, {
      stepId: "extract",
      catalogue,
      inputs: Object.fromEntries(scans.map((scan) => [scan.relation.name, { scan, releases: [] }])),
      agreement,
      pipeline: { name: "golden", title: "Golden" },
      period: undefined,
      asAt: "2024-05-31",
      earlier: {},
    });
    await expectGolden(compiled.operations, scans, "fixtures/golden/extract");
  });
});
