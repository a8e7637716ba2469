import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Field } from "../catalogue/dataset.ts";
import { agreementSchema } from "../spec/agreement.ts";
import {
  authorise,
  type Cleared,
  type DeliveredTable,
  type DisclosedCounts,
  disclose,
  type RecordTables,
} from "./gate.ts";
import { checkTerm } from "./gate-term.ts";

const agreement = agreementSchema.parse({
  version: 1,
  agreement: "DARS-NIC-000001-EXAMPLE",
  title: "Outcomes",
  recipient: "University of Somewhere",
  purpose: "research",
  legal_basis: "section 251",
  start: "2024-01-01",
  end: "2024-12-31",
  identifiability: "pseudonymised",
  opt_outs: { apply: true, list: "o.txt", dated: "2024-05-01", max_age_days: 30, untestable: "keep" },
  pseudonyms: { scope: "agreement", epoch: 1 },
  permissions: { sensitive: ["ETHNOS"] },
  disclosure: "hes-2018",
  formats: ["csv"],
  data: [
    {
      dataset: "hes_apc",
      years: { from: "2021/22", to: "2023/24" },
      fields: ["DIAG_4_*", "ETHNOS", "EPIKEY", "SEX", "NEWNHSNO", "RESTRICTED"],
      why: "x",
    },
  ],
});

const field = (name: string, change: Partial<Field> = {}): Field => ({
  name,
  type: "varchar",
  identifies: "no",
  permission: "standard",
  meaning: "x",
  ...change,
});

const plain = (it: Field) =>
  ({ name: it.name, type: it.type, origin: { kind: "field", field: it } }) as const;

function content(
  change: Partial<DeliveredTable> = {},
  optOutsApplied: string | null = "2024-05-01",
): RecordTables {
  const table: DeliveredTable = {
    name: "HES_APC_2023_24",
    dataSet: "hes_apc",
    year: "2023/24",
    columns: [plain(field("DIAG_4_01")), plain(field("ETHNOS", { permission: "sensitive" }))],
    key: [],
    files: [{ path: "HES_APC_2023_24.csv", as: { format: "csv", delimiter: "|" } }],
    releases: [],
    ...change,
  };
  return { tables: [table], optOutsApplied };
}

describe("authorise", () => {
  it("lets through what the agreement covers", () => {
    expect(authorise(agreement, content()).terms.optOuts.listDated).toBe("2024-05-01");
  });

  it.each([
    ["another year", content({ year: "2020/21" })],
    ["another data set", content({ dataSet: "hes_op" })],
    ["another field", content({ columns: [plain(field("DIAG_3_01"))] })],
    [
      "a sensitive item that is not named",
      content({ columns: [plain(field("SEX", { permission: "sensitive" }))] }),
    ],
    ["a restricted field", content({ columns: [plain(field("RESTRICTED", { permission: "restricted" }))] })],
    ["a direct identifier", content({ columns: [plain(field("NEWNHSNO", { identifies: "direct" }))] })],
    ["a raw record key", content({ columns: [plain(field("EPIKEY", { identifies: "record_key" }))] })],
    ["another format", content({ files: [{ path: "x", as: { format: "parquet" } }] })],
    ["opt-outs not applied", content({}, null)],
    [
      "what is derived from a field that is not covered",
      content({
        columns: [
          {
            name: "AGE_BAND_5",
            type: "varchar",
            origin: { kind: "derived", meaning: "x", codes: {}, from: [field("STARTAGE")] },
          },
        ],
      }),
    ],
  ])("stops %s", (_, asked) => {
    expect(() => authorise(agreement, asked)).toThrow();
  });
});

describe("what leaves", () => {
  const takesRecords = (it: Cleared<RecordTables>) => it.tables.length;
  const takesCounts = (it: Cleared<DisclosedCounts>) => it.tables.length;

  it("is nothing that did not pass the gate", () => {
    const tables = content();
    // @ts-expect-error: not authorised
    takesRecords(tables);
    // @ts-expect-error: nobody else can write the brand
    takesRecords({ ...tables, cleared: true });
    // @ts-expect-error: counts that were not disclosed
    takesCounts({ policy: { id: "hes-2018", version: 1, about: "" }, tables: [] });
    // @ts-expect-error: one clearance does not stand for the other
    takesRecords(disclose("hes-2018", []));
    expect(takesRecords(authorise(agreement, tables))).toBe(1);
  });

  it("is called cleared by the gate alone", () => {
    const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter(
      (file) => file.endsWith(".ts") && !file.endsWith(".test.ts"),
    );
    const claims = files.filter((file) =>
      /\bas (unknown as )?Cleared/.test(readFileSync(join("src", file), "utf8")),
    );
    expect(claims).toEqual([join("model", "gate.ts")]);
  });
});

describe("disclose", () => {
  it("names its policy, hides small counts, and takes wholes before they are rounded", () => {
    const rows = [
      { labels: ["a"], n: 3, of: 23 },
      { labels: ["b"], n: 20, of: 23 },
    ];
    const shown = disclose("hes-2018", [{ name: "t", caption: "T", labels: ["x"], rows }]);
    expect(shown.policy).toMatchObject({ id: "hes-2018", version: 1 });
    expect(shown.tables[0]?.rows).toEqual([
      { labels: ["a"], n: "*", percent: "*" },
      { labels: ["b"], n: 20, percent: 80 },
    ]);
  });
});

describe("checkTerm", () => {
  const codes = (asAt: string) => checkTerm(agreement, asAt, { file: "a.yaml" }).map((d) => d.code);

  it("takes both ends of the term, and a list of at most its age", () => {
    expect(codes("2024-05-31")).toEqual([]);
    expect(codes("2024-06-01")).toEqual(["agreement/opt-outs-old"]);
    expect(codes("2024-04-30")).toEqual(["agreement/opt-outs-old"]);
    expect(codes("2023-12-31")).toEqual(["agreement/expired", "agreement/opt-outs-old"]);
    expect(codes("2025-01-01")).toContain("agreement/expired");
  });
});
