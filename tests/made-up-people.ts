import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Numbers from 0 to 1 that are the same in every run. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const forenames =
  "Alice Brian Chloe Derek Emma Farid Grace Harun Isla Jonas Kofi Leila Mohan Nadia Oscar Priya".split(" ");
const parts = "ash bel cart dun eld far gil hart ing jar kel lang mor nor oak pres quil rad sher thor".split(
  " ",
);
const ends = "by don ford ham ley man son ton well wick".split(" ");

interface Person {
  readonly first: string;
  readonly last: string;
  readonly day: readonly [number, number, number];
  readonly postcode: string;
}

function people(n: number): Person[] {
  const next = chance(7);
  const among = <T>(values: readonly T[]) => values[Math.floor(next() * values.length)] as T;
  return Array.from({ length: n }, () => ({
    first: among(forenames),
    last: `${among(parts)}${among(ends)}`,
    day: [1930 + Math.floor(next() * 80), 1 + Math.floor(next() * 12), 1 + Math.floor(next() * 28)] as const,
    postcode: `${among(["LS", "BD", "HX"])}${1 + Math.floor(next() * 20)} ${Math.floor(next() * 9)}${among(["AB", "CD", "EF"])}`,
  }));
}

const two = (n: number) => String(n).padStart(2, "0");

/** A typing error in every tenth text. */
function typed(text: string, next: () => number): string {
  if (next() > 0.1) return text;
  const at = Math.floor(next() * text.length);
  return `${text.slice(0, at)}x${text.slice(at + 1)}`;
}

/**
 * Writes census.csv and "Survey 2021.csv" into a folder: made-up people with known truth, whose columns have other names,
 * dates and signs in the two. Two thirds of the census are in the survey.
 */
export async function writeCensusAndSurvey(folder: string, size = 1500): Promise<void> {
  const next = chance(11);
  const all = people(size);
  const census = all.map(({ first, last, day: [y, m, d], postcode }, i) =>
    [`c${i}`, first, last, y, m, d, postcode, `p${i}`].join(","),
  );
  const survey = all
    .map(({ first, last, day: [y, m, d], postcode }, i) =>
      [`p${i}`, postcode, `${two(d)}/${two(m)}/${y}`, typed(last, next), typed(first, next), 9000 + i].join(
        ";",
      ),
    )
    .filter((_, i) => i % 3 > 0);
  await writeFile(
    join(folder, "census.csv"),
    `rid,PERNAME1,PERNAME2,DOB_YEAR,DOB_MON,DOB_DAY,ENUMPC,person_id\n${census.join("\n")}\n`,
  );
  await writeFile(
    join(folder, "Survey 2021.csv"),
    `person_id;Post code;date_of_birth;lastname;forename;case_no\n${survey.reverse().join("\n")}\n`,
  );
}
