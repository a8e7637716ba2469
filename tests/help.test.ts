import { tmpdir } from "node:os";
import { describe, expect, it } from "vitest";
import { dars, type Outcome } from "./dars.ts";

const verbs = [
  ["demo"],
  ["init"],
  ["synth"],
  ["ingest"],
  ["check"],
  ["plan"],
  ["explain"],
  ["run"],
  ["runs"],
  ["runs", "list"],
  ["runs", "show"],
  ["runs", "diff"],
  ["store"],
  ["store", "list"],
  ["link"],
  ["link", "suggest"],
  ["link", "train"],
  ["link", "run"],
  ["link", "evaluate"],
  ["link", "explain"],
  ["link", "review"],
  ["link", "encode"],
  ["link", "import"],
  ["link", "export"],
  ["verify"],
  ["catalogue"],
];

const options: Readonly<Record<string, readonly string[]>> = {
  demo: ["--people"],
  synth: ["--people", "--years", "--seed", "--profile", "--episodes", "--out"],
  ingest: ["--dataset", "--shape", "--period", "--records", "--encoding"],
  plan: ["--period", "--as-at", "--plan"],
  explain: ["--dialect", "--period", "--as-at", "--plan"],
  run: ["--period", "--as-at", "--plan", "--resume"],
  "link suggest": ["--id", "--ignore", "--memory", "--threads"],
  "link train": ["--out", "--input", "--memory", "--threads"],
  "link run": ["--out", "--input", "--previous", "--plan", "--resume", "--memory", "--threads"],
  "link evaluate": ["--truth", "--labels", "--memory", "--threads"],
  "link explain": ["--model", "--from", "--input", "--show-values", "--memory", "--threads"],
  "link review": ["--sample", "--memory", "--threads"],
  "link encode": ["--id", "--spec", "--key-file", "--out", "--column", "--memory", "--threads"],
  "link import": ["--id", "--input"],
  "link export": ["--id", "--splink", "--no-blocking"],
};

/** Each text is asked for once. */
const texts = new Map<string, Promise<Outcome>>();

function helpOf(...verb: readonly string[]): Promise<Outcome> {
  const known = texts.get(verb.join(" ")) ?? dars(tmpdir(), [...verb, "--help"]);
  texts.set(verb.join(" "), known);
  return known;
}

describe("Help", () => {
  it.each([[], ...verbs].map((verb) => ({ verb, name: ["dars", ...verb].join(" ") })))(
    "of $name fits into 80 columns and names each option",
    async ({ verb }) => {
      const { exit, stdout, stderr } = await helpOf(...verb);
      expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
      expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
      const isGroup =
        verb.length === 0 || (verb.length === 1 && ["runs", "store", "link"].includes(verb[0] ?? ""));
      const wanted = isGroup ? ["--help"] : ["--help", "--json", "--workspace", "--debug"];
      for (const option of [...wanted, ...(options[verb.join(" ")] ?? [])]) expect(stdout).toContain(option);
    },
  );

  it("of dars names every verb", async () => {
    const { stdout } = await helpOf();
    for (const [verb] of verbs) expect(stdout).toMatch(new RegExp(`^  ${verb} `, "m"));
  });

  it("covers every option and verb that there is: the lists above are complete", async () => {
    const { stdout } = await helpOf();
    const named = [...stdout.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name);
    expect(named.filter((name) => name !== "help").sort()).toEqual(
      [...new Set(verbs.map(([verb]) => verb))].sort(),
    );
    for (const [verb, known] of Object.entries(options)) {
      const help = (await helpOf(...verb.split(" "))).stdout;
      const found = [...help.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, name]) => name);
      expect(found.sort()).toEqual([...known, "--debug", "--help", "--json", "--workspace"].sort());
    }
  });
});
