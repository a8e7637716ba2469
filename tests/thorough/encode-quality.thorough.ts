import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { dars, mustEnd, scratch } from "../dars.ts";
import { qualityOfClusters } from "../linked-files.ts";

let folder: string;

const forenames =
  "Margaret John Susan David Patricia Michael Karen Robert Helen James Christine Peter Jacqueline Mohammed Aisha Stephen".split(
    " ",
  );
const syllables = "ash ber cal dun ed far gil hart in jar kel lan mor nor os pres quil rad sher thor".split(
  " ",
);

/** Two lists of people, most of them in both, whose second has the usual errors and has moved now and then. */
async function writeLists(people: number): Promise<void> {
  let state = 20;
  const draw = (n: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  const among = (values: readonly string[]) => values[draw(values.length)] as string;
  // Early names of a list are common, late ones rare.
  const skewed = (values: readonly string[]) =>
    values[Math.min(draw(values.length), draw(values.length))] as string;
  const surname = () =>
    [skewed(syllables), among(["", skewed(syllables)]), among(["ley", "son", "ton", ""])].join("");
  const wrong = (text: string) => {
    const at = draw(Math.max(1, text.length - 1));
    const [a, b] = [text.slice(0, at), text.slice(at + 2)];
    return [
      `${a}${text[at + 1] ?? ""}${text[at] ?? ""}${b}`,
      `${a}${text[at]}${b}`,
      `${a}e${text.slice(at + 1)}`,
    ][draw(3)] as string;
  };
  const postcode = () => `LS${1 + draw(28)} ${1 + draw(9)}${among(["AB", "CD", "EF", "GH", "JL"])}`;
  const two = (n: number) => String(n).padStart(2, "0");
  const header = "id,person,forename,surname,dob,sex,postcode";
  const lists = { a: [header], b: [header] };
  for (let person = 0; person < people; person++) {
    const born = `${1930 + draw(80)}-${two(1 + draw(12))}-${two(1 + draw(28))}`;
    const its = [skewed(forenames), surname(), born, among(["1", "2"]), postcode()];
    const [first = "", last = "", birth = "", sex = "", home = ""] = its;
    const seen = [
      draw(100) < 15 ? wrong(first) : first,
      draw(100) < 4 ? surname() : draw(100) < 15 ? wrong(last) : last,
      draw(100) < 5 ? `${birth.slice(0, 8)}${two(1 + draw(28))}` : birth,
      sex,
      draw(100) < 12 ? postcode() : home,
    ];
    if (draw(10) > 0) lists.a.push([`a${person}`, person, ...its].join(","));
    if (draw(10) > 0) lists.b.push([`b${person}`, person, ...seen].join(","));
  }
  for (const [name, lines] of Object.entries(lists))
    await writeFile(join(folder, `${name}.csv`), `${lines.join("\n")}\n`);
}

const spec = (hardening: string) => `version: 1
encoding: two-lists
tokens:
  forename: letters(forename)
  surname: letters(surname)
  dob: dob
  postcode: postcode
  sex: sex
  sound: [soundex(surname), soundex(forename)]
  forename_month: ['substr(forename, 1, 2)', 'substr(dob, 1, 7)']
  surname_month: ['substr(surname, 1, 2)', 'substr(dob, 1, 7)']
  names_year: ['substr(forename, 1, 2)', 'substr(surname, 1, 2)', year(dob)]
clks:
  forename: letters(forename)
  surname: letters(surname)
  dob: [{ value: digits(dob), q: 1, positional: true }]
  postcode: postcode
${hardening}`;

/** Pairwise F1 of two lists as they are proposed to be linked. */
async function proposed(left: string, right: string, out: string): Promise<number> {
  const suggest = ["link", "suggest", left, right, "--id", "id", "--ignore", "person"];
  const { stdout } = mustEnd(await dars(folder, suggest), 0);
  await writeFile(join(folder, `${out}.yaml`), stdout);
  mustEnd(await dars(folder, ["link", "run", `${out}.yaml`, "--out", out]), 0);
  const source = (name: string) => `read_csv('${join(folder, name)}.csv', all_varchar = true)`;
  const named = (name: string, file: string) =>
    [name, { source: source(file), id: "id", person: "person" }] as const;
  const [a, b] = [left, right].map((file) => file.replace(/\..*/, "").replace("-", "_")) as [string, string];
  const truth = Object.fromEntries([named(a, "a"), named(b, "b")]);
  const { pairs } = await qualityOfClusters(join(folder, out), truth);
  return pairs.f1 ?? 0;
}

async function encoded(out: string, hardening: string): Promise<number> {
  await writeFile(join(folder, `${out}.spec.yaml`), spec(hardening));
  for (const name of ["a", "b"]) {
    const encode = ["link", "encode", `${name}.csv`, "--id", "id", "--spec", `${out}.spec.yaml`];
    mustEnd(await dars(folder, [...encode, "--key-file", "key", "--out", `${name}-${out}.parquet`]), 0);
  }
  return await proposed(`a-${out}.parquet`, `b-${out}.parquet`, out);
}

let clear: number;

beforeAll(async () => {
  folder = await scratch("encode-quality");
  await writeLists(9000);
  await writeFile(join(folder, "key"), Buffer.alloc(32, 7).fill(3, 5, 20), { mode: 0o600 });
  clear = await proposed("a.csv", "b.csv", "clear");
});

it("clear text leaves something to lose", () => {
  expect(clear).toBeGreaterThan(0.95);
  expect(clear).toBeLessThan(0.999);
});

it.each([
  ["plain", ""],
  ["folded and salted", "hardening: { fold: true, salt: year(dob) }"],
])(
  "vectors that are %s lose less than .005 of F1, as they are proposed to be linked",
  async (name, hardening) => {
    const found = await encoded(name.split(" ")[0] ?? "", hardening);
    expect(clear - found).toBeLessThan(0.005);
  },
);
