import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openScan, runOperations } from "../../engine/operations.ts";
import { Session } from "../../engine/session.ts";
import { type Ledger, nextLedger } from "../../model/ledger.ts";
import type { Copy } from "../../sql/operation.ts";
import {
  keptClusterQuery,
  ledgerColumns,
  ledgerQuery,
  ledgerStatements,
  previous,
  previousColumns,
} from "./compile-ledger.ts";
import { clusterColumns } from "./compile-results.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dars-clusters-"));
});
afterAll(() => rm(folder, { recursive: true }));

const sources = ["left", "right"];

/** A release: the cluster of each record by its name ("0 a", the source's place and the id). */
type Release = ReadonlyMap<string, number>;

const releases: fc.Arbitrary<Release[]> = fc.array(
  fc
    .uniqueArray(fc.tuple(fc.constantFrom(0, 1), fc.nat(7), fc.nat(4)), {
      minLength: 1,
      maxLength: 14,
      selector: ([source, id]) => `${source} ${id}`,
    })
    .map((rows) => new Map(rows.map(([source, id, cluster]) => [`${source} ${id}`, cluster]))),
  { minLength: 2, maxLength: 4 },
);

/** The records in order, each with the index of the lowest of its cluster. */
function componentsOf(release: Release): { profile: string; component: number }[] {
  const records = [...release.keys()].sort();
  const lowest = (cluster?: number) => records.findIndex((its) => release.get(its) === cluster);
  return records.map((profile) => ({ profile, component: lowest(release.get(profile)) }));
}

interface State {
  readonly ids: ReadonlyMap<string, number>;
  readonly highest: number;
  readonly events: readonly string[];
}

/** What the rules of the ledger of persons give, with records for profiles. */
function expected(release: Release, before: State | undefined): State {
  const current = componentsOf(release);
  if (before === undefined) {
    const ids = new Map(current.map(({ profile, component }) => [profile, component]));
    return { ids, highest: Math.max(...ids.values()), events: [] };
  }
  const known = [...before.ids].sort(([a], [b]) => (a < b ? -1 : 1));
  const ledger: Ledger = nextLedger(
    {
      profiles: known.map(([profile, person], i) => ({
        ...{ profile, person, isDormant: false },
        isFounding: known.findIndex(([, its]) => its === person) === i,
      })),
      ...{ highest: before.highest, merges: [], splits: [] },
    },
    current,
  );
  const ids = new Map(ledger.profiles.filter((p) => !p.isDormant).map((p) => [p.profile, p.person]));
  const all = (map: ReadonlyMap<string, number>) => [...new Set(map.values())];
  const isLeft = (id: number) => known.some(([profile, its]) => its === id && release.has(profile));
  const born = all(ids).filter((id) => id > before.highest);
  const dead = all(before.ids).filter((id) => !isLeft(id));
  const events = [
    ...born.map((id) => `birth ${id} - -`),
    ...dead.map((id) => `death ${id} - -`),
    ...ledger.merges.map(([old, now]) => `merge ${old} ${now} -`),
    ...ledger.splits.map(([old, now]) => `split ${now} - ${old}`),
  ];
  return { ids, highest: ledger.highest, events: events.sort() };
}

function copy(id: string, query: Copy["query"], columns: Copy["columns"], run: number): Copy {
  return { kind: "copy", id, query, columns, file: `${id}-${run}.parquet`, as: { format: "parquet" } };
}

/** The same by SQL, from the files of the run before; records come in an order of their own. */
async function byStatements(release: Release, run: number, hasLedger: boolean): Promise<State> {
  const session = await Session.open({ threads: 2, memoryBytes: 2 ** 29, spillFolder: folder });
  const files = (name: string) => (run === 0 ? [] : [join(folder, `${name}-${run - 1}.parquet`)]);
  const scan = (name: string, from: string, columns: Copy["columns"]) =>
    openScan(session, {
      relation: { name, columns },
      files: files(from).map((path) => ({ path, columns: columns.map((column) => column.name) })),
    });
  try {
    const records = [...componentsOf(release).entries()].reverse();
    const encoded = records.map(([rid, { profile }]) => `(${rid}, ${profile.replace(" ", ", '")}')`);
    const member = records.map(([rid, { component }]) => `(${rid}, ${component})`);
    await session.run("e", `CREATE TABLE encoded AS FROM (VALUES ${encoded}) AS v(rid, source, id)`);
    await session.run(
      "m",
      `CREATE TABLE member AS FROM (VALUES ${member}) AS v(rid, cluster) WHERE rid <> cluster`,
    );
    await scan(previous.clusters, "clusters", previousColumns);
    if (hasLedger) await scan(previous.ledger, "ledger", ledgerColumns);
    const operations = [
      ...ledgerStatements(sources, "varchar", hasLedger),
      copy("clusters", keptClusterQuery(sources), clusterColumns("varchar"), run),
      copy("ledger", ledgerQuery(), ledgerColumns, run),
    ];
    await runOperations(operations, { session, folder, hostFunctions: {} });
    const read = (name: string) => `read_parquet('${join(folder, `${name}-${run}.parquet`)}')`;
    const rows = await session.rows("clusters", `FROM ${read("clusters")}`);
    const told = await session.rows(
      "ledger",
      `SELECT *, n_records::INTEGER AS n FROM ${read("ledger")} WHERE version = (SELECT max(version) FROM ${read("ledger")})`,
    );
    const ids = rows.map((row): [string, number] => [
      `${sources.indexOf(String(row["source"]))} ${row["id"]}`,
      Number(row["cluster_id"]),
    ]);
    const [begun] = told.filter((row) => row["event"] === "run");
    expect(begun?.["n"]).toBe(release.size);
    const events = told
      .filter((row) => row["event"] !== "run")
      .map((row) => `${row["event"]} ${row["cluster_id"]} ${row["into_id"] ?? "-"} ${row["from_id"] ?? "-"}`);
    return { ids: new Map(ids), highest: Number(begun?.["cluster_id"]), events: events.sort() };
  } finally {
    session.close();
  }
}

it("clusters keep their ids as persons do in their ledger, release after release", async () => {
  await fc.assert(
    fc.asyncProperty(releases, async (all) => {
      let before: State | undefined;
      for (const [run, release] of all.entries()) {
        const wanted = expected(release, before);
        expect(await byStatements(release, run, true)).toEqual(wanted);
        before = wanted;
      }
    }),
    { numRuns: 15 },
  );
});

it("without the ledger, ids of the clusters that are left still are not given twice", async () => {
  const [first, second] = [
    new Map([["0 a", 0]]),
    new Map([
      ["0 a", 0],
      ["0 b", 1],
    ]),
  ];
  await byStatements(first, 0, true);
  const { ids, highest, events } = await byStatements(second, 1, false);
  expect([[...ids], highest, events]).toEqual([
    [
      ["0 a", 0],
      ["0 b", 1],
    ],
    1,
    ["birth 1 - -"],
  ]);
});
