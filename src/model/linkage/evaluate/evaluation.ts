/** How right and how complete; undefined where there is nothing to be right or complete about. */
export interface Quality {
  readonly precision: number | undefined;
  readonly recall: number | undefined;
  readonly f1: number | undefined;
}

/** The harmonic mean of precision and recall. */
export function qualityOf(precision: number | undefined, recall: number | undefined): Quality {
  const isKnown = precision !== undefined && recall !== undefined;
  const f1 = !isKnown
    ? undefined
    : precision + recall === 0
      ? 0
      : (2 * precision * recall) / (precision + recall);
  return { precision, recall, f1 };
}

/** Found clusters against the truth: by pairs of records, and by records. */
export interface ClusterQuality {
  readonly pairs: Quality & { readonly found: number; readonly wanted: number; readonly right: number };
  /** B³: each record's own precision and recall, averaged. */
  readonly bCubed: Quality;
}

/**
 * Compares two partitions of the same records.
 *
 * In: the cluster of each record, found and true, as any integers; both of the same length.
 * Source: Bagga and Baldwin, Algorithms for Scoring Coreference Chains (1998), for B³.
 */
export function compareClusters(found: Int32Array, truth: Int32Array): ClusterQuality {
  const [foundSizes, trueSizes] = [sizesOf(found), sizesOf(truth)];
  const cells = new Map<number, Map<number, number>>();
  for (const [i, cluster] of found.entries()) {
    const row = cells.get(cluster) ?? new Map<number, number>();
    row.set(truth[i] as number, (row.get(truth[i] as number) ?? 0) + 1);
    cells.set(cluster, row);
  }
  let [right, precision, recall] = [0, 0, 0];
  for (const [cluster, row] of cells) {
    for (const [entity, both] of row) {
      right += pairsAmong(both);
      precision += (both * both) / (foundSizes.get(cluster) ?? 1);
      recall += (both * both) / (trueSizes.get(entity) ?? 1);
    }
  }
  const pairs = (sizes: ReadonlyMap<number, number>) =>
    [...sizes.values()].reduce((sum, size) => sum + pairsAmong(size), 0);
  const [foundPairs, wanted] = [pairs(foundSizes), pairs(trueSizes)];
  const n = found.length;
  return {
    pairs: {
      ...qualityOf(share(right, foundPairs), share(right, wanted)),
      found: foundPairs,
      wanted,
      right,
    },
    bCubed: qualityOf(share(precision, n), share(recall, n)),
  };
}

function sizesOf(clusters: Int32Array): Map<number, number> {
  const sizes = new Map<number, number>();
  for (const cluster of clusters) sizes.set(cluster, (sizes.get(cluster) ?? 0) + 1);
  return sizes;
}

function pairsAmong(n: number): number {
  return (n * (n - 1)) / 2;
}

/** A part of a whole; undefined where there is no whole. */
export function share(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole;
}
