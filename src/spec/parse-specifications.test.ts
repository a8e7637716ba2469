import { describe, expect, it } from "vitest";
import * as z from "zod";
import { isCalendarDate, isFinancialYear } from "./calendar.ts";
import { parseAgreement } from "./parse-agreement.ts";
import { parsePipeline } from "./parse-pipeline.ts";
import { parseWorkspace } from "./parse-workspace.ts";

describe("dars.yaml", () => {
  it("needs its version alone", () => {
    expect(parseWorkspace("version: 1\n", "dars.yaml").value).toEqual({
      version: 1,
      paths: { landing: "landing", store: "store", links: "links", deliveries: "deliveries", runs: "runs" },
      engine: { memoryBytes: 2_000_000_000, threads: 2, temp: "runs/spill" },
      keys: { root: "keys/root.key" },
    });
  });

  it.each([
    ["512MB", 512_000_000],
    ["1.5GB", 1_500_000_000],
    ["0.001MB", 1_000],
  ])("reads the size %s as %d bytes", (size, bytes) => {
    const { value } = parseWorkspace(`version: 1\nengine: {memory: ${size}}\n`, "dars.yaml");
    expect(value?.engine.memoryBytes).toBe(bytes);
  });
});

const agreement = `version: 1
agreement: DARS-NIC-000001-EXAMPLE
title: T
recipient: R
purpose: P
legal_basis: L
start: 2024-01-01
end: 2024-01-01
identifiability: pseudonymised
opt_outs: {apply: false, reason: The cohort consented.}
pseudonyms: {scope: agreement, epoch: 1}
disclosure: hes-2018
formats: [csv]
data:
  - dataset: hes_apc
    years: {from: 2021/22, to: 2021/22}
    fields: [DIAG_4_*]
    why: W
`;

describe("an agreement", () => {
  it("may last one day, with a range of one year, and grants no permission unless it says so", () => {
    const { value, diagnostics } = parseAgreement(agreement, "a.yaml");
    expect(diagnostics).toEqual([]);
    expect(value?.permissions).toEqual({ sensitive: [], restricted: [], raw_record_keys: false });
    expect(value?.data[0]?.years).toEqual({ from: "2021/22", to: "2021/22" });
  });
});

describe("a pipeline", () => {
  const kinds = { count: z.strictObject({ of: z.string(), by: z.array(z.string()).default([]) }) };
  const text = "version: 1\npipeline: p\ntitle: T\nsteps:\n  - {id: a, kind: count, of: persons}\n";

  it("gives each step its kind's specification, without id and kind", () => {
    const { pipeline, diagnostics } = parsePipeline(text, "p.yaml", kinds);
    expect(diagnostics).toEqual([]);
    expect(pipeline).toEqual({
      version: 1,
      pipeline: "p",
      title: "T",
      steps: [{ id: "a", kind: "count", spec: { of: "persons", by: [] } }],
    });
  });

  it("is not given while anything is wrong", () => {
    expect(parsePipeline(text.replace("id: a", "id: A"), "p.yaml", kinds).pipeline).toBeUndefined();
  });
});

describe("the calendar", () => {
  it.each(["2024-02-29", "2000-02-29", "2023-12-31", "0001-01-01"])("has %s", (date) => {
    expect(isCalendarDate(date)).toBe(true);
  });

  it.each([
    "2023-02-29",
    "1900-02-29",
    "2024-04-31",
    "2024-00-10",
    "2024-13-01",
    "2024-01-00",
    "0000-01-01",
    "24-1-1",
  ])("has no %s", (date) => {
    expect(isCalendarDate(date)).toBe(false);
  });

  it("lets a financial year run over the century", () => {
    expect(["1999/00", "2023/24", "2023/25", "2023/23", "23/24"].map(isFinancialYear)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
