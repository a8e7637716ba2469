import type { Subgroup, Subgroups } from "./report.ts";

/** Groups of fewer records are not told apart. */
const leastRecords = 10;

/** Values of a column that are shown, the most frequent. */
const mostGroups = 50;

/** Records and linked records of one source by the number of their value; 0 where it is missing. */
export interface GroupCounts {
  readonly source: string;
  readonly records: Float64Array;
  readonly linked: Float64Array;
}

/** Counts the records of each source by value. */
export function countGroups(
  ids: Int32Array,
  values: number,
  linked: Uint8Array,
  sources: { readonly names: readonly string[]; readonly starts: readonly number[] },
): GroupCounts[] {
  return sources.names.map((source, s) => {
    const counts = { source, records: new Float64Array(values + 1), linked: new Float64Array(values + 1) };
    for (let r = sources.starts[s] as number; r < (sources.starts[s + 1] as number); r++) {
      const id = ids[r] as number;
      counts.records[id] = (counts.records[id] as number) + 1;
      counts.linked[id] = (counts.linked[id] as number) + (linked[r] as number);
    }
    return counts;
  });
}

/** The numbers of values that may be shown of some source, and so need their names. */
export function namedValues(counts: readonly GroupCounts[]): number[] {
  return [...new Set(counts.flatMap((its) => largeValues(its)))].filter((id) => id > 0).sort((a, b) => a - b);
}

/** Large groups; where there are too many, no smaller ones than the last that is shown. */
function largeValues({ records }: GroupCounts): number[] {
  const large: number[] = [];
  for (let id = 0; id < records.length; id++) if ((records[id] as number) >= leastRecords) large.push(id);
  const sizes = large.map((id) => records[id] as number).sort((a, b) => b - a);
  const least = sizes[mostGroups - 1] ?? 0;
  return large.filter((id) => (records[id] as number) >= least);
}

/** Groups with their names, the largest first. */
export function subgroupsOf(
  by: string,
  counts: readonly GroupCounts[],
  nameOf: (id: number) => string,
): Subgroups {
  return { by, sources: counts.map((its) => subgroupsOfSource(its, nameOf)) };
}

function subgroupsOfSource(
  counts: GroupCounts,
  nameOf: (id: number) => string,
): Subgroups["sources"][number] {
  const { source, records, linked } = counts;
  const shown = largeValues(counts)
    .map((id) => ({ id, value: id === 0 ? null : nameOf(id), n: records[id] as number }))
    .sort((a, b) => b.n - a.n || ((a.value ?? "") < (b.value ?? "") ? -1 : 1))
    .slice(0, mostGroups);
  const isShown = new Set(shown.map(({ id }) => id));
  const [small, others] = [
    { values: 0, records: 0, linked: 0 },
    { values: 0, records: 0, linked: 0 },
  ];
  for (let id = 0; id < records.length; id++) {
    const n = records[id] as number;
    if (n === 0 || isShown.has(id)) continue;
    const rest = n < leastRecords ? small : others;
    rest.values++;
    rest.records += n;
    rest.linked += linked[id] as number;
  }
  const total = { records: records.reduce(add, 0), linked: linked.reduce(add, 0) };
  const isHidden = small.records < leastRecords;
  return {
    source,
    groups: shown.map(({ id, value, n }) => groupOf(value, n, linked[id] as number, total)),
    small: small.values === 0 ? null : isHidden ? { ...small, records: null, linked: null } : small,
    others: others.values === 0 ? null : others,
  };
}

/** Source: Austin, Statistics in Medicine 28 (2009), for the standardised difference of two shares. */
function groupOf(
  value: string | null,
  records: number,
  linked: number,
  total: { readonly records: number; readonly linked: number },
): Subgroup {
  const unlinked = total.records - total.linked;
  if (total.linked === 0 || unlinked === 0) return { value, records, linked, difference: null };
  const [a, b] = [linked / total.linked, (records - linked) / unlinked];
  const spread = Math.sqrt((a * (1 - a) + b * (1 - b)) / 2);
  return { value, records, linked, difference: spread === 0 ? null : (a - b) / spread };
}

function add(sum: number, n: number): number {
  return sum + n;
}
