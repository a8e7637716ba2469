import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Parameters } from "../src/model/linkage/parameters.ts";
import { parametersOf } from "../src/model/linkage/train/trained-model.ts";
import { scratch } from "./dars.ts";
import { type MatchYaml, runMatch, type WrittenLink } from "./match-run.ts";

const fixtures = join(import.meta.dirname, "../fixtures/splink/training");
const sources = { fake: { file: join(fixtures, "fake_1000_from_splink_demos.csv"), id: "unique_id" } };

/** What another engine made of the same file. */
interface Recorded extends Parameters {
  readonly name: string;
  /** λ of each session's iterations. */
  readonly sessions: readonly (readonly number[])[];
  readonly edges_in_all: number;
  /** Two records, weight, probability. */
  readonly edges: readonly (readonly [number, number, number, number])[];
}

const similar = (column: string, least: number) => ({ jaro_winkler: column, at_least: least });
const within = (column: string, most: number) => ({ levenshtein: column, at_most: most });
const name = (column: string) => ({
  comparison: column,
  levels: [{ exact: column, term_frequency: true }, similar(column, 0.92), similar(column, 0.8)],
});
const match: MatchYaml = {
  sources,
  comparisons: [
    name("first_name"),
    name("surname"),
    { comparison: "dob", levels: [{ exact: "dob" }, within("dob", 1), within("dob", 2)] },
    { comparison: "city", levels: [{ exact: "city", term_frequency: true }] },
    { comparison: "email", levels: [{ exact: "email" }, within("email", 2)] },
  ],
  blocking: [["first_name"], ["surname"], ["dob"], ["email"]],
  threshold: -20,
  keep: "scored",
  decision: { links: "connected", at_least: 0 },
};
const rules = [["first_name", "surname"], ["dob"], ["email"]];

const trainings: Readonly<Record<string, MatchYaml>> = {
  "λ from rules, u of all pairs": {
    lambda: {
      rules: [
        ["first_name", "surname", "dob"],
        ["email", "surname"],
      ],
      recall: 0.7,
    },
    rules,
  },
  "λ learned, u of all pairs": { lambda: "learned", rules },
  "λ given, u learned in the sessions": { lambda: 0.01, u: "sessions", rules: [["surname"], ["dob"]] },
};

const pair = (a: unknown, b: unknown) => [Number(a), Number(b)].sort((x, y) => x - y).join(" ");
const byPair = (links: readonly WrittenLink[]) =>
  new Map(links.map((link) => [pair(link.id_l, link.id_r), link]));

describe("training like Splink", () => {
  it.each(Object.entries(trainings))("gives its numbers and weights to 1e-9: %s", async (title, training) => {
    const all = JSON.parse(await readFile(join(fixtures, "splink5.json"), "utf8")) as Recorded[];
    const recorded = all.find((its) => its.name === title) as Recorded;
    const { folder, model, links } = await runMatch({ ...match, training: { like: "splink", ...training } });
    const close = (value: number) => expect.closeTo(value, 9);
    expect(model.lambda).toEqual(close(recorded.lambda));
    expect(parametersOf(model).comparisons).toEqual(
      recorded.comparisons.map((levels) => levels.map(({ m, u }) => ({ m: close(m), u: close(u) }))),
    );
    const lambdas = model.learned.sessions.map(({ history, parameters }) => [
      ...history.map(({ lambda }) => lambda),
      parameters.lambda,
    ]);
    expect(lambdas).toEqual(recorded.sessions.map((its) => its.map(close)));
    expect(links).toHaveLength(recorded.edges_in_all);
    const found = byPair(links);
    for (const [a, b, weight, probability] of recorded.edges) {
      const link = found.get(pair(a, b));
      expect(Number(link?.match_weight)).toBeCloseTo(weight, 9);
      expect(Number(link?.match_probability)).toBeCloseTo(probability, 9);
    }
    await rm(folder, { recursive: true });
  });
});

describe("a model of fixed numbers", () => {
  it("gives pair 479 and 481 the weight and probability that Splink gives it", async () => {
    // A blank at the end of a value makes it another value there, and none here.
    const input = await scratch("input");
    const text = await readFile(sources.fake.file, "utf8");
    await writeFile(join(input, "fake.csv"), text.replaceAll(" ,", "_,"));
    const agreement = (column: string) => ({
      comparison: column,
      levels: [{ exact: column, m: 0.9, u: 0.1 }],
      else: { m: 0.1, u: 0.9 },
    });
    const { folder, links } = await runMatch({
      sources: { fake: { file: join(input, "fake.csv"), id: "unique_id" } },
      comparisons: [
        {
          comparison: "first_name",
          levels: [
            { exact: "first_name", m: 0.7, u: 0.1, term_frequency: { column: "first_name", factor: 0.6 } },
            { ...within("first_name", 2), m: 0.2, u: 0.1 },
          ],
          else: { m: 0.1, u: 0.8 },
        },
        ...["dob", "city", "email"].map(agreement),
      ],
      blocking: [["first_name", "dob"]],
      lambda: 0.3,
      keep: "scored",
      decision: { links: "connected", at_least: 0 },
    });
    const link = byPair(links).get("479 481");
    expect(Number(link?.match_weight)).toBeCloseTo(0.5101493570766487, 9);
    expect(Number(link?.match_probability)).toBeCloseTo(0.5874923778509089, 9);
    for (const done of [folder, input]) await rm(done, { recursive: true });
  });
});
