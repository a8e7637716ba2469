import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Histogram, LinkageReport } from "../src/model/linkage/evaluate/report.ts";
import type { Comparison } from "../src/model/linkage/model.ts";
import { scratch } from "./dars.ts";
import { type Row, rows } from "./linkage-lab.ts";
import { runMatch } from "./match-run.ts";
import { type PlainLinkage, plainReport } from "./report-oracle.ts";

const columns = ["first", "last", "dob", "sex", "place"];
const mu = (m: number, u: number) => ({ m, u });
const model: Comparison[] = [
  {
    comparison: "first",
    levels: [
      { exact: "first", ...mu(0.7, 0.06), term_frequency: true },
      { jaro_winkler: "first", at_least: 0.8, ...mu(0.2, 0.02) },
    ],
    else: mu(0.1, 0.92),
  },
  { comparison: "last", levels: [{ exact: "last", ...mu(0.9, 0.06) }], else: mu(0.1, 0.94) },
  {
    comparison: "born",
    levels: [
      { exact: "dob", ...mu(0.9, 0.1) },
      { days: "dob", at_most: 31, ...mu(0.05, 0.2) },
    ],
    else: mu(0.05, 0.7),
  },
  { comparison: "sex", levels: [{ exact: "sex", ...mu(0.95, 0.5) }], else: { weight: "veto" } },
];
const linkage: PlainLinkage = {
  its: fc.sample(rows(150, 150), { numRuns: 1, seed: 7 })[0] as Row[],
  model,
  rules: [["first"], ["last", "place"], ["dob"]],
  lambda: 0.02,
  least: -6,
  atLeast: 2,
};

const folders: string[] = [];

/** The report of that linkage by a plan, and its page. */
async function reported(plan: string): Promise<{ report: LinkageReport; page: string }> {
  const folder = await scratch("report");
  const lines = linkage.its.map((row, i) => [`r${i}`, ...columns.map((c) => row[c] ?? "")].join(","));
  await writeFile(join(folder, "people.csv"), `id,${columns.join(",")}\n${lines.join("\n")}\n`);
  const { folder: run } = await runMatch({
    sources: { people: { file: join(folder, "people.csv"), id: "id" } },
    comparisons: model,
    blocking: linkage.rules,
    lambda: linkage.lambda,
    threshold: linkage.least,
    decision: { links: "connected", at_least: linkage.atLeast },
    report: { by: ["first", "place"] },
    plan,
  });
  folders.push(folder, run);
  const text = async (file: string) => await readFile(join(run, "out", file), "utf8");
  return { report: JSON.parse(await text("report.json")) as LinkageReport, page: await text("report.html") };
}

const expected = plainReport(linkage);
let report: LinkageReport;
let page: string;

beforeAll(async () => {
  ({ report, page } = await reported("kernel"));
});
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true });
});

const total = ({ counts, below, above }: Histogram) => counts.reduce((sum, n) => sum + n, below + above);

/** Values by bin of a histogram. */
function binned(values: readonly number[], { from, width, counts }: Histogram): number[] {
  const found = counts.map(() => 0);
  for (const value of values) {
    const bin = Math.floor((value - from) / width);
    if (bin in found) found[bin] = (found[bin] as number) + 1;
  }
  return found;
}

/** The places of the records of each group. */
function grouped<T>(groups: readonly T[]): Map<T, number[]> {
  const found = new Map<T, number[]>();
  for (const [record, group] of groups.entries()) found.set(group, [...(found.get(group) ?? []), record]);
  return found;
}

describe("a report's numbers, against pair by pair", () => {
  it("are of a linkage with something to tell", () => {
    const { links, scored, margins, unlinkable, cluster } = expected;
    expect(links.length).toBeGreaterThan(20);
    expect(scored.length).toBeGreaterThan(links.length);
    expect(margins.length).toBeGreaterThan(5);
    expect(unlinkable).toBeGreaterThan(0);
    expect(new Set(cluster).size).toBeGreaterThan(10);
  });

  it("count pairs by rule, scored pairs, links and clusters", () => {
    const { rules, possiblePairs, scoredPairs, links, sources, clusters, largestCluster } = report.flow;
    expect(rules.map(({ pairs, fresh }) => ({ pairs, fresh }))).toEqual(expected.rules);
    expect(possiblePairs).toBe((150 * 149) / 2);
    expect([scoredPairs, links]).toEqual([expected.scored.length, expected.links.length]);
    const sizes = [...grouped(expected.cluster).values()].map((its) => its.length);
    const linked = sizes.reduce((sum, size) => sum + (size > 1 ? size : 0), 0);
    expect(sources).toEqual([{ source: "people", records: 150, linked }]);
    expect(largestCluster).toBe(Math.max(...sizes));
    for (const { from, to, clusters: n } of clusters)
      expect(n).toBe(sizes.filter((size) => size >= from && size <= (to ?? size)).length);
    expect(clusters.reduce((sum, { records }) => sum + records, 0)).toBe(150);
  });

  it("bin the weights of scored pairs and the margins of links", () => {
    const { weights, margins } = report;
    expect(weights.histogram.counts).toEqual(
      binned(
        expected.scored.map(({ bits }) => bits),
        weights.histogram,
      ),
    );
    expect(total(weights.histogram)).toBe(expected.scored.length);
    expect(margins.histogram.counts).toEqual(binned(expected.margins, margins.histogram));
    expect(margins.withoutRival).toBe(expected.links.length - expected.margins.length);
    expect(margins.notAbove).toBe(expected.margins.filter((bits) => bits <= 0).length);
  });

  it("expect errors as the probabilities say, of the links and from each threshold on", () => {
    const { links, thresholds } = report.errors;
    expect(links.pairs).toBe(expected.links.length);
    expect(links.belowThreshold).toBe(expected.links.filter(({ bits }) => bits < linkage.atLeast).length);
    expect(links.expectedFalse).toBeCloseTo(expected.expectedFalse, 6);
    expect(links.expectedMissed).toBeCloseTo(expected.expectedMissed, 6);
    for (const { weight, expectedFalse, pairs } of thresholds) {
      expect(expectedFalse).toBeCloseTo(expected.expectedFalseFrom(weight - 1e-9), 6);
      expect(pairs).toBe(expected.scored.filter(({ bits }) => bits >= weight - 1e-9).length);
    }
    expect(thresholds.map(({ weight }) => weight)).toContain(linkage.atLeast);
  });

  it("score each record against itself", () => {
    expect(report.unlinkables.records).toBe(150);
    expect(report.unlinkables.belowThreshold).toBe(expected.unlinkable);
    expect(total(report.unlinkables.histogram)).toBe(150);
  });

  it("count patterns, and tell how each comes to its weight", () => {
    const { patterns, model: its } = report;
    expect(patterns.counted).toBe(expected.scored.length);
    expect(patterns.distinct).toBe(expected.patterns.length);
    const most = expected.patterns.map(({ pairs }) => pairs).sort((a, b) => b - a);
    expect(patterns.frequent.map(({ pairs }) => pairs)).toEqual(most.slice(0, patterns.frequent.length));
    for (const found of [...patterns.frequent, ...patterns.close]) {
      const levels = found.levels.map(({ label }, c) => {
        const labels = its.comparisons[c]?.levels.map((level) => level.label) ?? [];
        return label === null ? -1 : labels.length - 1 - labels.indexOf(label);
      });
      const like = expected.patterns.find((pattern) => pattern.levels.join() === levels.join());
      expect([found.pairs, found.links]).toEqual([like?.pairs, like?.links]);
      expect(found.weight).toBeCloseTo(like?.bits as number, 6);
      const sum = found.levels.reduce((bits, level) => bits + level.bits, its.prior + found.termFrequencies);
      expect(sum).toBeCloseTo(found.weight, 6);
    }
  });

  it("tell groups of ten records and more apart, and no smaller one", () => {
    for (const { by, sources } of report.subgroups) {
      const groups = grouped(linkage.its.map((row) => row[by] ?? "missing"));
      const large = [...groups].filter(([, its]) => its.length >= 10);
      const isLinked = (record: number) =>
        expected.cluster.some((its, other) => other !== record && its === expected.cluster[record]);
      const rowsOf = large.map(([value, its]) => [value, its.length, its.filter(isLinked).length]);
      const shown = sources[0]?.groups.map(({ value, records, linked }) => [
        value ?? "missing",
        records,
        linked,
      ]);
      expect(shown?.sort()).toEqual(rowsOf.sort());
      const few = groups.size - large.length;
      expect(sources[0]?.small?.values ?? 0).toBe(few);
      for (const [value, its] of groups)
        if (its.length < 10) expect(JSON.stringify(report)).not.toContain(`"${value}"`);
    }
    expect(report.subgroups[0]?.sources[0]?.small?.values).toBeGreaterThan(0);
  });

  it("are the same by the plain plan, but for the specification", async () => {
    const plain = await reported("plain");
    expect({ ...plain.report, specification: "" }).toEqual({ ...report, specification: "" });
  });
});

describe("the page", () => {
  it("shows the numbers of the report", () => {
    const { flow, unlinkables, errors } = report;
    const whole = (n: number) => Math.round(n).toLocaleString("en-GB");
    for (const { rule, pairs, fresh } of flow.rules)
      expect(page).toContain(
        `${rule}</th><td class="n">${whole(pairs)}</td><td class="n">${whole(fresh)}</td>`,
      );
    expect(page).toContain(`${whole(unlinkables.belowThreshold)} of 150 records`);
    expect(page).toContain(
      `of ${whole(flow.links)} links about ${whole(errors.links.expectedFalse)} are false`,
    );
    expect(page).toContain(">veto<");
  });

  it("leads each item of GUILD to the sections that tell of it", () => {
    const targets = [...page.matchAll(/href="#([^"]+)"/g)].map(([, target]) => target);
    expect(targets.length).toBeGreaterThan(20);
    for (const target of targets) expect(page).toContain(`<section id="${target}">`);
    for (const { item, toState } of report.guild) {
      expect(page).toContain(item);
      if (toState !== null) expect(page).toContain(toState);
    }
  });

  it("has no record's value but those of large groups", () => {
    const text = page.replaceAll(/<style>[\s\S]*<\/style>/g, "");
    const groups = grouped(linkage.its.map(({ first }) => first));
    const values = new Set(linkage.its.flatMap(({ first, last }) => [first ?? "", last ?? ""]));
    const rare = [...values].filter((name) => name.length > 4 && (groups.get(name)?.length ?? 0) < 10);
    expect(rare.length).toBeGreaterThan(2);
    for (const name of rare) expect(text).not.toContain(name);
    expect(text).not.toMatch(/\d{4}-\d\d-\d\d/);
  });
});
