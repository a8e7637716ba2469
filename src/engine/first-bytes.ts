/** First bytes of files that are not delimited text. */
const packed: readonly (readonly [name: string, bytes: string])[] = [
  ["a ZIP archive or a workbook", "504b0304"],
  ["a gzip file", "1f8b"],
  ["a zstd file", "28b52ffd"],
  ["a bzip2 file", "425a68"],
  ["a Parquet file", "50415231"],
  ["a PDF document", "255044462d"],
];

const marks: readonly (readonly [encoding: string, bytes: string])[] = [
  ["UTF-8", "efbbbf"],
  ["UTF-16", "fffe"],
  ["UTF-16", "feff"],
];

/** What a file is whose first bytes are not those of delimited text. */
export function packedAs(head: Buffer): string | undefined {
  return nameIn(packed, head);
}

/** The encoding whose byte order mark a text begins with. */
export function markedAs(head: Buffer): string | undefined {
  return nameIn(marks, head);
}

function nameIn(
  table: readonly (readonly [name: string, bytes: string])[],
  head: Buffer,
): string | undefined {
  const first = head.toString("hex", 0, 8);
  return table.find(([, bytes]) => first.startsWith(bytes))?.[0];
}
