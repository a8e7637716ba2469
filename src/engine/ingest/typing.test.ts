import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { catalogue } from "../../catalogue/catalogue.ts";
import type { Shape } from "../../catalogue/dataset.ts";
import { duckdb } from "../../sql/duckdb.ts";
import { print } from "../../sql/print.ts";
import { literal, sql } from "../../sql/sql.ts";
import type { SqlType } from "../../sql/type.ts";
import { auditQuery, contentQuery, readCsv } from "../../steps/ingest/compile.ts";
import { layoutOf } from "../../steps/ingest/layout.ts";
import { typed, typedUnguarded } from "../../steps/ingest/typing.ts";
import { Session } from "../session.ts";

let session: Session;
let file: string;

beforeAll(async () => {
  const spillFolder = mkdtempSync(join(tmpdir(), "dars-typing-"));
  file = join(spillFolder, "empty.csv");
  writeFileSync(file, "");
  session = await Session.open({ threads: 1, memoryBytes: 2 ** 30, spillFolder });
});

afterAll(() => session.close());

async function values(text: string, type: SqlType, dates: Shape["dates"]): Promise<(string | null)[]> {
  const t = literal(text);
  const query = sql`SELECT CAST(${typed(t, type, dates)} AS VARCHAR) AS a, CAST(${typedUnguarded(t, type, dates)} AS VARCHAR) AS b`;
  const { a, b } = await session.row("typing", print(query, duckdb));
  return [a as string | null, b as string | null];
}

const iso = "%Y-%m-%d";

describe("text as its declared type", () => {
  it.each([
    ["5", "integer", iso, "5"],
    ["5.0", "integer", iso, "5"],
    ["5.", "integer", iso, "5"],
    ["007", "integer", iso, "7"],
    ["+5", "integer", iso, "5"],
    ["-12", "smallint", iso, "-12"],
    ["2147483648.0", "bigint", iso, "2147483648"],
    [".26", "double", iso, "0.26"],
    ["1.", "double", iso, "1.0"],
    ["1e3", "double", iso, "1000.0"],
    ["12.50", "decimal(10,2)", iso, "12.50"],
    ["2024-02-29", "date", iso, "2024-02-29"],
    ["1801-01-01", "date", iso, "1801-01-01"],
    ["20240229", "date", "%Y%m%d", "2024-02-29"],
    ["29/02/2024", "date", "%d/%m/%Y", "2024-02-29"],
    ["1802-01-01 00:00:00", "timestamp", iso, "1802-01-01 00:00:00"],
    ["N", "boolean", iso, "false"],
    [" & ", "varchar", iso, " & "],
  ] as const)("takes %j as %s (%s): %s, guarded or not", async (text, type, dates, value) => {
    expect(await values(text, type, dates)).toEqual([value, value]);
  });

  it.each([
    ["5.5", "integer", iso],
    [" 5", "integer", iso],
    ["1e3", "integer", iso],
    ["0x1F", "integer", iso],
    ["1_000", "integer", iso],
    ["", "integer", iso],
    ["300", "tinyint", iso],
    ["nan", "double", iso],
    ["inf", "double", iso],
    ["1e999", "double", iso],
    ["1,5", "double", iso],
    [" 1", "double", iso],
    ["2023-02-29", "date", iso],
    ["2023-2-9", "date", iso],
    ["-infinity", "date", iso],
    ["2024-02-29 ", "date", iso],
    ["20230229", "date", "%Y%m%d"],
    ["2/3/2024", "date", "%d/%m/%Y"],
    ["1802-01-01", "timestamp", iso],
    ["yes", "boolean", iso],
  ] as const)("does not take %j as %s (%s)", async (text, type, dates) => {
    expect((await values(text, type, dates))[0]).toBeNull();
  });
});

describe("every shape of the catalogue", () => {
  const shapes = catalogue.flatMap((dataSet) => dataSet.shapes.map((shape) => layoutOf(dataSet, shape)));

  it.each(shapes.map((layout) => [layout.shape.name, layout] as const))(
    "%s compiles to SQL that binds",
    async (_, layout) => {
      const source = readCsv(file, layout.shape, false);
      for (const query of [auditQuery(layout, source), contentQuery(layout, source, 7)]) {
        expect(await session.rows("explain", `EXPLAIN ${print(query, duckdb)}`)).toHaveLength(1);
      }
    },
  );

  it("puts every column into a zone, and no direct identifier into content", () => {
    for (const { shape, content, identity } of shapes) {
      const placed = new Set([...content, ...identity].map((field) => field.name));
      expect([...placed].sort()).toEqual([...shape.columns].sort());
      expect(content.filter((f) => f.identifies === "direct" || f.identifies === "free_text")).toEqual([]);
    }
  });
});
