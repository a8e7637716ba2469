import { createHash } from "node:crypto";
import { mkdtemp, readFile, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { LinkageEvaluation } from "../src/engine/evaluate-linkage.ts";
import { dars, darsJson, mustEnd } from "./dars.ts";
import { writeCensusAndSurvey } from "./made-up-people.ts";

let folder: string;
let page: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dars-review-"));
  await writeCensusAndSurvey(folder, 300);
  const census = await readFile(join(folder, "census.csv"), "utf8");
  await writeFile(join(folder, "census.csv"), census.replaceAll(/\bAlice\b/g, `"<b title=""x"">Al&ce</b>"`));
  const files = ["census.csv", "Survey 2021.csv", "--id", "census.csv=rid", "--id", "case_no"];
  const { stdout } = mustEnd(await dars(folder, ["link", "suggest", ...files, "--ignore", "person_id"]), 0);
  await writeFile(join(folder, "linkage.yaml"), `${stdout}    keep: scored\n    threshold: -20\n`);
  mustEnd(await dars(folder, ["link", "run", "linkage.yaml", "--out", "out"]), 0);
  mustEnd(await dars(folder, ["link", "review", "out", "--sample", "120"]), 0);
  page = await readFile(join(folder, "out/review.html"), "utf8");
});

const sections = () => [
  ...page.matchAll(
    /<section data-source-l="([^"]*)" data-id-l="([^"]*)" data-source-r="([^"]*)" data-id-r="([^"]*)"/g,
  ),
];

describe("dars link review", () => {
  it("writes a page for its owner alone, with so many pairs from both sides of the threshold", async () => {
    expect((await stat(join(folder, "out/review.html"))).mode & 0o777).toBe(0o600);
    expect(sections()).toHaveLength(120);
    const bits = [...page.matchAll(/\(([−+])[\d.]+ bits/g)].map(([, sign]) => sign);
    expect(bits.filter((sign) => sign === "−").length).toBeGreaterThan(20);
    expect(bits.filter((sign) => sign === "+").length).toBeGreaterThan(20);
    expect(page).toContain("This page holds people's own data");
  });

  it("fetches nothing, and lets no script run but its own", () => {
    const [, policy = ""] = /Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
    expect(policy).toMatch(/^default-src 'none'/);
    for (const tag of ["script", "style"]) {
      const parts = [...page.matchAll(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, "g"))];
      expect(parts).toHaveLength(1);
      const hash = createHash("sha256")
        .update(parts[0]?.[1] ?? "")
        .digest("base64");
      expect(policy).toContain(`${tag}-src 'sha256-${hash}'`);
    }
    expect(page).not.toMatch(/https?:|<link|<img|unsafe/);
  });

  it("shows values as text, whatever stands in them", () => {
    expect(page).toContain("&lt;b title=&quot;x&quot;&gt;Al&amp;ce&lt;/b&gt;");
    expect(page).not.toContain("<b title");
  });

  it("has answers that link evaluate takes as labels", async () => {
    const truth = new Map<string, string>();
    for (const [file, sign, id, person] of [
      ["census.csv", ",", 0, 7],
      ["Survey 2021.csv", ";", 5, 0],
    ] as const) {
      const text = (await readFile(join(folder, file), "utf8")).replaceAll(
        /"<b title=""x"">Al&ce<\/b>"/g,
        "Alice",
      );
      for (const line of text.split("\n")) {
        const cells = line.split(sign);
        truth.set(cells[id] ?? "", cells[person] ?? "");
      }
    }
    const labels = sections().map(([, ...[sourceL, idL = "", sourceR, idR = ""]]) =>
      [sourceL, idL, sourceR, idR]
        .map((cell) => `"${cell}"`)
        .concat(truth.get(idL) === truth.get(idR) ? "1" : "0"),
    );
    const unsure = ['"census"', '"c1"', '"census"', '"c2"', ""];
    const text = [
      "source_l,id_l,source_r,id_r,label",
      ...[...labels, unsure].map((cells) => cells.join(",")),
    ];
    await writeFile(join(folder, "labels.csv"), `${text.join("\n")}\n`);
    const { clusters } = await darsJson<LinkageEvaluation>(folder, [
      ...["link", "evaluate", "out", "--labels", "labels.csv"],
    ]);
    expect(clusters?.wanted).toBe(labels.filter((cells) => cells.at(-1) === "1").length);
    expect(clusters?.precision).toBeGreaterThan(0.9);
  });

  it("refuses a folder without results, and a sample that is no number", async () => {
    expect((await dars(folder, ["link", "review", "nothing"])).stderr).toContain("link/no-results");
    const { exit, stderr } = await dars(folder, ["link", "review", "out", "--sample", "many"]);
    expect(exit).toBe(2);
    expect(stderr).toContain("--sample");
  });
});
