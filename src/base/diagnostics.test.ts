import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { diagnostic, formatDiagnostic, messages, nearest, Refusal } from "./diagnostics.ts";
import { diagnosticsPage } from "./diagnostics-page.ts";

const source = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && !file.startsWith("base/messages"))
  .map((file) => readFileSync(join("src", file), "utf8"))
  .join("\n");

describe("the table of messages", () => {
  it("is explained, code by code, in DIAGNOSTICS.md", () => {
    expect(readFileSync("DIAGNOSTICS.md", "utf8")).toBe(diagnosticsPage());
  });

  it("has no code that nothing gives", () => {
    expect(Object.keys(messages).filter((code) => !source.includes(`"${code}"`))).toEqual([]);
  });

  it("names codes area/kebab-case", () => {
    expect(Object.keys(messages).filter((code) => !/^[a-z]+\/[a-z]+(-[a-z]+)*$/.test(code))).toEqual([]);
  });
});

describe("a diagnostic", () => {
  it("says what, where, how to fix, and its code", () => {
    const at = { file: "pipelines/a.yaml", line: 5, column: 21 };
    const text = formatDiagnostic(diagnostic("spec/missing-key", at, { key: "title" }));
    expect(text).toBe(
      'pipelines/a.yaml:5:21  key "title" is missing\n  fix: add "title:" here\n  code: spec/missing-key',
    );
  });

  it("is told in the order of the file", () => {
    const at = (line: number) => diagnostic("spec/missing-key", { file: "a", line }, { key: "k" });
    expect(new Refusal([at(9), at(2), at(5)]).diagnostics.map((d) => d.at.line)).toEqual([2, 5, 9]);
  });

  it("ends with the exit code of a specification's mistake before that of a refusal", () => {
    const at = { file: "a" };
    const expired = { agreement: "A", start: "2020-01-01", end: "2021-01-01", on: "2022-01-01" };
    const refused = diagnostic("agreement/expired", at, expired);
    expect(new Refusal([refused]).exitCode).toBe(4);
    expect(new Refusal([refused, diagnostic("spec/missing-key", at, { key: "k" })]).exitCode).toBe(2);
  });
});

describe("nearest", () => {
  it("finds what was most likely meant, whatever the case", () => {
    expect(nearest("birht_date", ["surname", "birth_date", "postcode"])).toBe("birth_date");
    expect(nearest("epikey", ["EPIKEY", "AEKEY"])).toBe("EPIKEY");
  });

  it("says nothing where nothing is near", () => {
    expect(nearest("zebra", ["surname", "birth_date"])).toBeUndefined();
    expect(nearest("a", [])).toBeUndefined();
  });
});
