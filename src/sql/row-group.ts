const most = 122_880;
const step = 2_048;
const bytesOfGroup = 2 ** 27;
const bytesOfValue = 16;

/**
 * Rows of a Parquet file's row group. The database holds a group in memory, and a group of four hundred columns at its
 * default size is more than half of 2 GB: under a limit it then spills and reads back for each few thousand rows.
 * It depends on the number of columns alone, so that a file has the same bytes on every machine.
 */
export function rowGroupRows(columns: number): number {
  const fitting = Math.floor(bytesOfGroup / (bytesOfValue * Math.max(columns, 1)) / step) * step;
  return Math.min(most, Math.max(step, fitting));
}
