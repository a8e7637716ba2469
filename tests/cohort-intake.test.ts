import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { header, type ListedPerson, rowOf, writeList } from "./cohort-lab.ts";
import { dars, darsJson, mustEnd, scratch } from "./dars.ts";
import { column, filesBelow } from "./files.ts";

let root = "";

beforeAll(async () => {
  root = await scratch("cohort-intake");
  mustEnd(await dars(root, ["init", "."]), 0);
});

afterAll(async () => await rm(root, { recursive: true, force: true }));

interface Taken {
  readonly files: readonly {
    readonly rows: { readonly in: number; readonly kept: number; readonly rejected: number };
  }[];
}

const many = (n: number): ListedPerson[] => Array.from({ length: n }, (_, i) => ({ reference: `M${i}` }));

describe("A customer's list", () => {
  it("has each row that breaks the contract set apart, under the name of the check", async () => {
    const bad: readonly (readonly [string, ListedPerson])[] = [
      ["COHORT-INSUFFICIENT", { reference: "B1", born: "" }],
      ["COHORT-INSUFFICIENT", { reference: "B2", postcode: "", family: "" }],
      ["COHORT-NHS-LENGTH", { reference: "B3", number: "943476591" }],
      ["COHORT-DATES", { reference: "B4", dates: ["2020/01/02", "2020/01/01"] }],
      ["COHORT-STATUS", { reference: "B5", status: "added" }],
      ["COHORT-STATUS", { reference: "B6", status: "" }],
      ["COHORT-GENDER", { reference: "B7", gender: "F" }],
      ["TYPE-DATE", { reference: "B8", born: "03/02/1960" }],
      ["COHORT-LENGTH", { reference: "B9", family: "X".repeat(41) }],
      ["COHORT-LENGTH", { reference: "B10", postcode: "LS1 4AB X" }],
      ["COHORT-LENGTH", { reference: "B".repeat(101) }],
      ["COHORT-REFERENCE", { reference: "" }],
      ["COHORT-REFERENCE-NAMES", { reference: "943 476 5919" }],
      ["KEY-DUPLICATE", { reference: "M3" }],
    ];
    const file = await writeList(root, "NIC-000009_A.csv", [...many(20), ...bad.map(([, person]) => person)]);
    const { files } = await darsJson<Taken>(root, ["ingest", file]);
    expect(files[0]?.rows).toEqual({ in: 20 + bad.length, kept: 20, rejected: bad.length });
    const rejects = `read_parquet('${join(root, "store/identity/cohort/000001/rejects.parquet")}')`;
    expect(await column(`SELECT code FROM ${rejects} ORDER BY line`)).toEqual(bad.map(([code]) => code));
  });

  it("takes a deletion that says nothing but the reference", async () => {
    const deleted = { reference: "D1", gender: "", born: "", postcode: "", family: "", status: "delete" };
    const file = await writeList(root, "NIC-000009_D.csv", [deleted]);
    const { files } = await darsJson<Taken>(root, ["ingest", file]);
    expect(files[0]?.rows).toEqual({ in: 1, kept: 1, rejected: 0 });
  });

  it("leaves nothing but numbers of records in content", async () => {
    await dars(root, ["ingest", await writeList(root, "NIC-000009_B.csv", many(3))]);
    for (const file of await filesBelow(root, "store/content/cohort")) {
      const names = await column(
        `SELECT column_name FROM (DESCRIBE SELECT * FROM read_parquet('${join(root, file)}'))`,
      );
      expect(names).toEqual(["record_id"]);
    }
  });

  it("may hold the same bytes as another customer's", async () => {
    await dars(root, ["ingest", await writeList(root, "NIC-000010_B.csv", many(4))]);
    const other = await dars(root, ["ingest", await writeList(root, "NIC-000011_B.csv", many(4))]);
    expect(other.stdout).not.toContain("already held");
    const again = await dars(root, ["ingest", "NIC-000011_B.csv"]);
    expect(again.stdout).toContain("already held");
  });
});

describe("A customer's list is refused whole", () => {
  const cases: [string, string, () => Promise<unknown>, string, RegExp][] = [
    [
      "with a wrong header, of which no value is said",
      "NIC-000009_H.csv",
      () =>
        writeFile(
          join(root, "NIC-000009_H.csv"),
          `${header.replace("NHS_NO", "NHSNO")}\n${rowOf({ reference: "SECRET1" })}\n`,
        ),
      "ingest/wrong-header",
      /expected NHS_NO/,
    ],
    [
      "with CP1252 bytes",
      "NIC-000009_C.csv",
      () => writeList(root, "NIC-000009_C.csv", [{ reference: "SECRET1", family: "ZOË" }], "latin1"),
      "ingest/wrong-encoding",
      /NIC-000009_C\.csv:2 .*\n.*--encoding cp1252/,
    ],
    [
      "without the reference of its cohort in its name",
      "list.csv",
      () => writeList(root, "list.csv", [{ reference: "SECRET1" }]),
      "ingest/no-cohort",
      /NIC-000004/,
    ],
    [
      "with more rows than the contract allows",
      "NIC-000009_L.csv",
      () =>
        writeFile(
          join(root, "NIC-000009_L.csv"),
          `${header}\n${"SECRET1,,,,,,,,,,,,,add,,\n".repeat(1_000_001)}`,
        ),
      "ingest/too-many-records",
      /1,000,001 records.*1,000,000 /,
    ],
    [
      "with more bad rows than good ones",
      "NIC-000009_M.csv",
      () =>
        writeList(
          root,
          "NIC-000009_M.csv",
          many(60).map((its) => ({ ...its, gender: "F" })),
        ),
      "ingest/too-many-rejects",
      /COHORT-GENDER GENDER ×60/,
    ],
  ];
  it.each(cases)("%s", async (_, file, write, code, told) => {
    await write();
    const { exit, stderr } = await dars(root, ["ingest", file]);
    expect(exit).toBe(3);
    expect(stderr).toContain(`code: ${code}`);
    expect(stderr).toMatch(told);
    expect(stderr).not.toContain("SECRET1");
  });

  it("but taken with CP1252 bytes where that is said", async () => {
    await writeList(root, "NIC-000012_C.csv", [{ reference: "C1", family: "ZOË" }], "latin1");
    const { files } = await darsJson<Taken>(root, ["ingest", "NIC-000012_C.csv", "--encoding", "cp1252"]);
    expect(files[0]?.rows.kept).toBe(1);
    const identity = `read_parquet('${join(root, "store/identity/cohort/*/part.parquet")}')`;
    expect(await column(`SELECT FAMILY_NAME FROM ${identity} WHERE UNIQUE_REFERENCE = 'C1'`)).toEqual([
      "ZOË",
    ]);
  });
});
