import type { SourcePairs } from "../block/pair-runs.ts";
import type { KernelColumn } from "../values/columns.ts";
import type { ClusterBand, LinkedSource, ReportedColumn } from "./report.ts";

/** Where the records of each source begin, and where the last one's end. */
interface Sources {
  readonly names: readonly string[];
  readonly starts: readonly number[];
}

/** How many records and values a column has in each source. */
export function completenessOf(
  name: string,
  { ids, values }: KernelColumn,
  sources: Sources,
): ReportedColumn {
  return {
    column: name,
    sources: sources.names.map((source, s) => {
      const [from, to] = [sources.starts[s] as number, sources.starts[s + 1] as number];
      const seen = new Uint8Array(values + 1);
      let [present, distinct] = [0, 0];
      for (let r = from; r < to; r++) {
        const id = ids[r] as number;
        if (id === 0) continue;
        present++;
        if (seen[id] === 0) distinct++;
        seen[id] = 1;
      }
      return { source, records: to - from, present, distinct };
    }),
  };
}

/** Whether each record stands in a cluster with another one, by the cluster of each: its smallest record. */
export function linkedRecords(cluster: Int32Array): {
  readonly linked: Uint8Array;
  readonly sizes: Int32Array;
} {
  const sizes = new Int32Array(cluster.length);
  for (let r = 0; r < cluster.length; r++) {
    const its = cluster[r] as number;
    sizes[its] = (sizes[its] as number) + 1;
  }
  const linked = new Uint8Array(cluster.length);
  for (let r = 0; r < cluster.length; r++) linked[r] = (sizes[cluster[r] as number] as number) > 1 ? 1 : 0;
  return { linked, sizes };
}

export function linkedBySource(linked: Uint8Array, { names, starts }: Sources): LinkedSource[] {
  return names.map((source, s) => {
    const its = linked.subarray(starts[s], starts[s + 1]);
    return { source, records: its.length, linked: its.reduce((sum, is) => sum + is, 0) };
  });
}

/** The last size of each band of clusters; the last band has no end. */
const bandEnds = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 50, 100, 1000];

/** Clusters by size, bands without any left out. In: sizes, 0 for a record that names no cluster. */
export function clusterBands(sizes: Int32Array): ClusterBand[] {
  const bands = [...bandEnds, null].map((to, b) => ({
    from: (bandEnds[b - 1] ?? 0) + 1,
    to,
    clusters: 0,
    records: 0,
  }));
  const byEnd = Uint8Array.from({ length: 1001 }, (_, size) => bandEnds.findIndex((end) => size <= end));
  for (let r = 0; r < sizes.length; r++) {
    const size = sizes[r] as number;
    if (size === 0) continue;
    const band = bands[byEnd[size] ?? bandEnds.length] as (typeof bands)[0];
    band.clusters++;
    band.records += size;
  }
  return bands.filter(({ clusters }) => clusters > 0);
}

/** Pairs of records of compared sources that stand in one cluster. */
export function clusterPairs(cluster: Int32Array, { starts, compared }: SourcePairs): number {
  // Records of a cluster so far, source by source.
  const seen = compared.map(() => new Int32Array(cluster.length));
  let pairs = 0;
  for (const [source, its] of seen.entries()) {
    const earlier = seen.slice(0, source + 1).filter((_, s) => compared[s]?.[source]);
    for (let r = starts[source] as number; r < (starts[source + 1] as number); r++) {
      const root = cluster[r] as number;
      for (const others of earlier) pairs += others[root] as number;
      its[root] = (its[root] as number) + 1;
    }
  }
  return pairs;
}
