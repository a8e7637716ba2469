import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sha256 } from "../src/base/hash.ts";
import { listReleases, readReleases } from "../src/engine/store.ts";
import { csv, header, Lab, row } from "./ingest-lab.ts";

describe("a good file", () => {
  it("becomes a release: content and identity apart, under one record_id, typed", async () => {
    const lab = await Lab.open();
    const { release, outcome } = await lab.take(
      "visits_2324.csv",
      csv(row("a", { COST: ".5" }), row("b", { AGE: "5.0" })),
    );
    expect(outcome).toBe("ingested");
    expect(release).toMatchObject({
      number: 1,
      dataSet: "visits",
      period: { from: "2023-04", to: "2024-03", status: "final" },
      rows: { in: 2, kept: 2, rejected: 0 },
      checks: {},
      rejects: [],
    });
    const ids = [String((1n << 32n) + 1n), String((1n << 32n) + 2n)];
    const content = await lab.rows(release.content[0]?.path ?? "");
    expect(content.map((r) => [r["record_id"], r["VISITKEY"], r["AGE"], r["COST"], r["STARTED"]])).toEqual([
      [ids[0], "a", "73", "0.5", "2023-05-06"],
      [ids[1], "b", "5", "12.5", "2023-05-06"],
    ]);
    const identity = await lab.rows(release.identity[0]?.path ?? "");
    expect(identity.map((r) => [r["record_id"], r["VISITKEY"], r["NHSNO"], r["DOB"]])).toEqual([
      [ids[0], "a", "9434765919", "1950-02-03"],
      [ids[1], "b", "9434765919", "1950-02-03"],
    ]);
  });

  it("puts no direct identifier and no free text into content, and all that matching needs into identity", async () => {
    const lab = await Lab.open();
    const { release } = await lab.take("visits_2324.csv", csv(row("a")));
    const content = ["FYEAR", "VISITKEY", "SEX", "STARTED", "ENDED", "AGE", "COST", "URGENT", "SITE"];
    expect(release.fields.content).toEqual(content);
    expect(release.fields.identity).toEqual(["VISITKEY", "NHSNO", "DOB", "SEX", "NOTE", "STARTED"]);
    const [first] = await lab.rows(release.content[0]?.path ?? "");
    expect(Object.keys(first ?? {})).toEqual(["record_id", ...content]);
    expect((await stat(join(lab.store, "identity"))).mode & 0o077).toBe(0);
  });

  it("keeps published values as they are: blanks, marks, tabs, quotes and line breaks", async () => {
    const lab = await Lab.open();
    const values = ["-  ", "&", "a\tb", '"say ""x"", then\nmore"', " x"];
    const { release } = await lab.take(
      "visits_2324.csv",
      csv(...values.map((SITE, i) => row(`k${i}`, { SITE }))),
    );
    const sites = await lab.rows(release.content[0]?.path ?? "", "SITE");
    expect(sites.map((r) => r["SITE"])).toEqual(["-  ", "&", "a\tb", 'say "x", then\nmore', " x"]);
  });

  it("records hashes and sizes that are those of the stored files and of the supplier's", async () => {
    const lab = await Lab.open();
    const text = csv(row("a"));
    const { release } = await lab.take("visits_2324.csv", text);
    expect(release.source).toEqual({ name: "visits_2324.csv", bytes: text.length, sha256: sha256(text) });
    for (const file of [...release.content, ...release.identity]) {
      expect((await stat(join(lab.store, file.path))).size).toBe(file.bytes);
    }
    expect(await readReleases(lab.store)).toEqual([release]);
    expect(listReleases([release])[0]).toMatchObject({ number: 1, kept: 1, rejected: 0, current: true });
  });

  it("taken in again is already held, and changes nothing", async () => {
    const lab = await Lab.open();
    const first = await lab.take("visits_2324.csv", csv(row("a")));
    const again = await lab.take("another_name.csv", csv(row("a")));
    expect(again).toEqual({ outcome: "held", release: first.release });
    expect(await readReleases(lab.store)).toHaveLength(1);
  });

  it("without a record is held by its name, as another month's has the same bytes", async () => {
    const lab = await Lab.open();
    const text = csv().replaceAll(",", "|");
    const first = await lab.take("VISITS_202302.txt", text, { records: 0 });
    const other = await lab.take("VISITS_202303.txt", text, { records: 0 });
    expect([first.outcome, other.outcome]).toEqual(["ingested", "ingested"]);
    expect(other.release.period).not.toEqual(first.release.period);
    expect(await lab.take("VISITS_202303.txt", text)).toEqual({ outcome: "held", release: other.release });
  });

  it("gets the next number over all data sets", async () => {
    const lab = await Lab.open();
    await lab.take("visits_2324.csv", csv(row("a")));
    const { release } = await lab.take("visits_2223.csv", csv(row("b", { FYEAR: "2223" })));
    expect(release.number).toBe(2);
    expect(release.content[0]?.path).toBe("content/visits/000002/part.parquet");
  });

  it("gives the same bytes with one and with four threads, bad rows or none", async () => {
    const rows = Array.from({ length: 5_000 }, (_, i) => row(`k${i}`, i % 100 === 7 ? { AGE: "x" } : {}));
    const hashes = async (threads: number) => {
      const { release } = await (await Lab.open(undefined, threads)).take("visits_2324.csv", csv(...rows));
      return [...release.content, ...release.identity, ...release.rejects].map((file) => file.sha256);
    };
    expect(await hashes(4)).toEqual(await hashes(1));
  });

  it("may end its lines with CRLF, and its last line with nothing", async () => {
    const lab = await Lab.open();
    const text = csv(row("a"), row("b")).replaceAll("\n", "\r\n");
    const { release } = await lab.take("visits_2324.csv", text.slice(0, -2));
    expect(release.rows).toEqual({ in: 2, kept: 2, rejected: 0 });
    const sites = await lab.rows(release.content[0]?.path ?? "", "SITE");
    expect(sites.map((r) => r["SITE"])).toEqual(["RX1", "RX1"]);
  });

  it("in CP1252 keeps its letters", async () => {
    const lab = await Lab.open();
    const text = csv(row("a", { NOTE: "Zo\xeb \x80 \x92" })).replaceAll(",", "|");
    const { release } = await lab.take("VISITS_202302.txt", Buffer.from(text, "latin1"), {
      encoding: "cp1252",
    });
    const notes = await lab.rows(release.identity[0]?.path ?? "", "NOTE");
    expect(notes[0]?.["NOTE"]).toBe("Zoë € ’");
    expect(release.period).toEqual({ from: "2023-04", to: "2023-05", status: "provisional" });
  });

  it("of a shape without quoting keeps a quotation mark as it is", async () => {
    const lab = await Lab.open();
    const text = csv(row("a", { SITE: '"x' })).replaceAll(",", "|");
    const { release } = await lab.take("VISITS_202399.txt", text);
    expect((await lab.rows(release.content[0]?.path ?? "", "SITE"))[0]?.["SITE"]).toBe('"x');
    expect(release.period).toEqual({ from: "2023-04", to: "2024-03", status: "final" });
  });

  it("with a trailer is read without it, and is held to its count", async () => {
    const lab = await Lab.open();
    const line = row("a", { DOB: "19500203", STARTED: "20230506", ENDED: "20230507" });
    const body = [header, line, ""].map((l) => l.split(",").slice(1).join("|")).join("\n");
    const { release } = await lab.take("x.txt", `${body}COUNT|1\n`, { period: "2023/24" });
    expect(release.shape).toBe("visits-counted");
    expect(release.rows.kept).toBe(1);
    const refusal = await lab.refused("x.txt", `${body}COUNT|2\n`, { period: "2023/24" });
    expect(refusal.diagnostics[0]?.code).toBe("ingest/record-count");
  });

  it("without records is taken in if none are declared", async () => {
    const lab = await Lab.open();
    const { release } = await lab.take("visits_2324.csv", csv(), { records: 0 });
    expect(release.rows).toEqual({ in: 0, kept: 0, rejected: 0 });
    expect(await lab.rows(release.content[0]?.path ?? "")).toEqual([]);
  });
});

describe("bad rows", () => {
  it("are set apart with line, record, code, field and raw line; the others are numbered without a gap", async () => {
    const lab = await Lab.open();
    const text = csv(
      row("a", { SITE: '"two\nlines"' }),
      row("b", { DOB: "1950-02-30" }),
      row("c"),
      "1,2,3",
      row("d"),
    );
    const { release } = await lab.take("visits_2324.csv", text, { records: 5 });
    expect(release.rows).toEqual({ in: 5, kept: 3, rejected: 2 });
    expect(release.checks).toEqual({ "TYPE-DATE": 1, "ROW-FIELDS": 1 });
    expect(await lab.rows(release.rejects[0]?.path ?? "")).toEqual([
      { line: "4", record: "2", code: "TYPE-DATE", field: "DOB", raw: row("b", { DOB: "1950-02-30" }) },
      { line: "6", record: "4", code: "ROW-FIELDS", field: null, raw: "1,2,3" },
    ]);
    for (const zone of [release.content, release.identity]) {
      const ids = await lab.rows(zone[0]?.path ?? "", "record_id & 4294967295 AS row, VISITKEY AS key");
      expect(ids.map((r) => `${r["row"]}${r["key"]}`)).toEqual(["1a", "2c", "3d"]);
    }
  });

  it.each([
    ["TYPE-INTEGER", { AGE: "7 3" }],
    ["TYPE-INTEGER", { AGE: "99999999999" }],
    ["TYPE-INTEGER", { AGE: "5.5" }],
    ["TYPE-NUMBER", { COST: "nan" }],
    ["TYPE-NUMBER", { COST: "1e999" }],
    ["TYPE-BOOLEAN", { URGENT: "maybe" }],
    ["TYPE-DATE", { STARTED: "2023-5-6" }],
    ["TYPE-DATE", { STARTED: "infinity" }],
    ["V02", { AGE: "-1" }],
    ["KEY-MISSING", { VISITKEY: "" }],
    ["KEY-DUPLICATE", { VISITKEY: "a" }],
    ["YEAR-FORM", { FYEAR: "2325" }],
    ["ROW-QUOTES", { SITE: '"x"y' }],
    ["ROW-LINE-END", { SITE: "x\ry" }],
  ])("are rejected with %s for %o", async (code, values) => {
    const lab = await Lab.open();
    const { release } = await lab.take("visits_2324.csv", csv(row("a"), row("b", values), row("c")));
    expect(release.rows).toEqual({ in: 3, kept: 2, rejected: 1 });
    const [reject] = await lab.rows(release.rejects[0]?.path ?? "");
    expect(reject).toMatchObject({ code, line: "3", record: "2" });
  });

  it("that are only flagged are kept and counted", async () => {
    const lab = await Lab.open();
    const { release } = await lab.take("visits_2324.csv", csv(row("a", { ENDED: "2023-01-01" })));
    expect(release.rows.rejected).toBe(0);
    expect(release.checks).toEqual({ V01: 1 });
  });

  it("beyond the limit refuse the file, with counts by code and field", async () => {
    const lab = await Lab.open();
    const rows = ["a", "b", "c", "d"].map((key) => row(key, { AGE: "x" }));
    const refusal = await lab.refused("visits_2324.csv", csv(...rows));
    expect(refusal.message).toContain("4 of 4 rows are bad, and at most 3 may be: TYPE-INTEGER AGE ×4");
    expect(refusal.exitCode).toBe(3);
    expect(await readReleases(lab.store)).toEqual([]);
  });

  it("never leave their raw line outside the rejects file", async () => {
    const lab = await Lab.open();
    const { release } = await lab.take("visits_2324.csv", csv(row("a"), row("b", { AGE: "SECRET" })));
    const json = await readFile(join(lab.store, "releases/visits/000001.json"), "utf8");
    expect(json).not.toContain("SECRET");
    expect(release.rejects[0]?.path).toBe("identity/visits/000001/rejects.parquet");
  });
});
