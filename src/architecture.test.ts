import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { describe, expect, it } from "vitest";

/** The floors of src/README.md: a file imports from its own folder or a lower floor. */
const floors: Readonly<Record<string, number>> = {
  base: 0,
  sql: 1,
  spec: 1,
  catalogue: 2,
  model: 2,
  synth: 3,
  steps: 3,
  plan: 4,
  engine: 5,
  cli: 6,
};
const top = 7;

/** The rooms of a linkage by a model, in the order of the method: a room imports from earlier ones. */
const method = [
  "expression",
  "",
  "encode",
  "values",
  "profile",
  "splink",
  "block",
  "compare",
  "train",
  "score",
  "decide",
  "evaluate",
];

interface Import {
  readonly file: string;
  readonly target: string;
}

const files = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
  .map((file) => join("src", file));

function importsOf(file: string): Import[] {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(/\b(?:import|from)\s*\(?\s*"([^"]+)"/g)].map(([, target = ""]) => ({
    file,
    target,
  }));
}

const imports = files.flatMap(importsOf);

function room(file: string): string {
  return relative("src", file).split("/")[0] ?? "";
}

function floorOf(file: string): number {
  return floors[room(file)] ?? top;
}

/** The step kind a file belongs to; undefined for what all kinds share. */
function kindOf(file: string): string | undefined {
  const [first, second, third] = relative("src", file).split("/");
  return first === "steps" && third !== undefined ? second : undefined;
}

const inside = imports.filter(({ target }) => target.startsWith("."));
const resolved = inside.map(({ file, target }) => ({ file, target: normalize(join(dirname(file), target)) }));

describe("the floors", () => {
  it("sees the whole tree", () => {
    expect(files.length).toBeGreaterThan(20);
    expect(new Set(files.map(room).filter((name) => !name.endsWith(".ts")))).toEqual(
      new Set(Object.keys(floors)),
    );
  });

  it("no file imports from a higher floor, nor from another room on its own floor", () => {
    // Releases speak of the catalogue's supply modes, so `model` stands on `catalogue` within their floor.
    const allowed = (from: string, to: string) => from === "model" && to === "catalogue";
    const wrong = resolved.filter(
      ({ file, target }) =>
        room(file) !== room(target) &&
        floorOf(file) !== top &&
        floorOf(target) >= floorOf(file) &&
        !allowed(room(file), room(target)),
    );
    expect(wrong).toEqual([]);
  });

  it("step kinds never import each other", () => {
    const wrong = resolved.filter(({ file, target }) => {
      const from = kindOf(file);
      const to = kindOf(target);
      return from !== undefined && to !== undefined && from !== to;
    });
    expect(wrong).toEqual([]);
  });

  it("a room of linkage imports only earlier steps of the method", () => {
    const home = "src/model/linkage/";
    const stepOf = (file: string) => {
      const [room = "", rest] = file.slice(home.length).split("/");
      return method.indexOf(rest === undefined ? "" : room);
    };
    const within = resolved.filter(({ file, target }) => [file, target].every((its) => its.startsWith(home)));
    expect(within.length).toBeGreaterThan(100);
    expect(within.filter(({ file }) => stepOf(file) < 0)).toEqual([]);
    // What threads are asked to do is of every step.
    const wrong = within.filter(
      ({ file, target }) => stepOf(target) > stepOf(file) && file !== `${home}jobs.ts`,
    );
    expect(wrong).toEqual([]);
  });

  it("floors 0 to 4 touch no file, no database, no clock and no chance", () => {
    const pure = files.filter((file) => floorOf(file) <= 4);
    const outside = imports.filter(
      ({ file, target }) =>
        floorOf(file) <= 4 &&
        (/^node:/.test(target) || target.startsWith("@duckdb/")) &&
        file !== "src/base/hash.ts",
    );
    expect(outside).toEqual([]);
    const impure = pure.filter((file) =>
      /\b(Math\.random|Date\.now|new Date|process\.|console\.)/.test(code(file)),
    );
    expect(impure).toEqual([]);
  });

  it("no file but a catalogue's field table or code list is over 300 lines", () => {
    const long = files.filter((file) => readFileSync(file, "utf8").split("\n").length > 301);
    expect(long.filter((file) => !/src\/catalogue\/.*(fields|code-lists).*\.ts$/.test(file))).toEqual([]);
  });
});

/** The text of a file without its comments. */
function code(file: string): string {
  return readFileSync(file, "utf8")
    .replaceAll(/\/\*[\s\S]*?\*\//g, "")
    .replaceAll(/^\s*\/\/.*$/gm, "");
}
