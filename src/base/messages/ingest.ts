import { message } from "../message.ts";

/** How often a rule was broken, for a message: codes and field names, never a value. */
export interface FindingCount {
  readonly code: string;
  readonly field: string;
  readonly rows: number;
}

const listed = (counts: readonly FindingCount[]) => {
  const shown = counts.slice(0, 12).map((c) => `${c.code} ${c.field} ×${c.rows}`);
  return `${shown.join(", ")}${counts.length > 12 ? ", …" : ""}`;
};

/** A supplier file that is refused whole; the store stays as it was. */
export const ingestMessages = {
  "ingest/missing-file": message(
    "inputMissing",
    "The supplier file is not there.",
    () => "the file does not exist",
    () => "check the path",
  ),
  "ingest/unreadable": message(
    "inputMissing",
    "The supplier file is there but cannot be opened or read.",
    (p: { reason: string }) => `cannot be read (${p.reason})`,
    () => "check the permissions of the file and of its folders",
  ),
  "ingest/not-a-file": message(
    "dataRefused",
    "The path names a directory or a device, not a supplier file.",
    (p: { found: string }) => `is ${p.found}, not a file`,
    () => "name the supplier file itself",
  ),
  "ingest/empty-file": message(
    "dataRefused",
    "The file has no bytes, which most often means a transfer that failed.",
    () => "the file is empty",
    () => "fetch the file again from the supplier",
  ),
  "ingest/no-records": message(
    "dataRefused",
    "The file has a header and no record, and nothing declares that it should have none.",
    () => "the file has no records",
    () => "fetch the file again, or state with --records 0 that the supplier had nothing to send",
  ),
  "ingest/not-text": message(
    "dataRefused",
    "The file is packed, or is a format other than delimited text.",
    (p: { found: string }) => `is ${p.found}, not delimited text`,
    () => "unpack or convert the file first",
  ),
  "ingest/byte-order-mark": message(
    "dataRefused",
    "The file begins with a byte order mark, so its first column would have another name.",
    (p: { encoding: string }) => `begins with a ${p.encoding} byte order mark`,
    () => "save the file as UTF-8 without a byte order mark; for UTF-8: tail -c +4 OLD > NEW",
  ),
  "ingest/wrong-header": message(
    "dataRefused",
    "The header line is not that of any declared shape. A moved column would put every value in the wrong place.",
    (p: { shape: string; position: number; expected: string; found: string; why: string }) =>
      `header differs from shape ${p.shape} at column ${p.position}: expected ${p.expected}, found ${p.found} (${p.why})`,
    () => "send the file as the shape declares it (dars catalogue DATASET), or name its shape with --shape",
  ),
  "ingest/wrong-delimiter": message(
    "dataRefused",
    "The header is right, but its names are separated by another character than the shape declares.",
    (p: { shape: string; expected: string; found: string }) =>
      `the columns of shape ${p.shape} are separated by ${p.found}, not by ${p.expected}`,
    (p) => `have the file written with ${p.expected} between its columns, or name another shape with --shape`,
  ),
  "ingest/ambiguous-shape": message(
    "dataRefused",
    "More than one declared shape has this header, and neither the file's name nor an option decides.",
    (p: { shapes: readonly string[] }) => `the header is that of ${p.shapes.join(" and of ")}`,
    () => "say which it is with --shape",
  ),
  "ingest/nul-byte": message(
    "dataRefused",
    "The file holds a NUL byte, which no text has: it is damaged or is not text.",
    () => "a NUL byte stands in this line",
    () => "fetch the file again from the supplier",
  ),
  "ingest/wrong-encoding": message(
    "dataRefused",
    "A byte of the file has no meaning in the declared encoding, so names would be kept wrong.",
    (p: { encoding: string }) => `this line holds bytes that are not ${p.encoding}`,
    (p) =>
      p.encoding === "utf-8"
        ? "say how the file is encoded, such as --encoding cp1252"
        : "say how the file is encoded, with --encoding utf-8, latin-1 or cp1252",
  ),
  "ingest/truncated": message(
    "dataRefused",
    "The file ends too early, so records at its end are missing.",
    (p: { why: string }) => `the file is cut off: ${p.why}`,
    () => "fetch the file again from the supplier",
  ),
  "ingest/unterminated-quote": message(
    "dataRefused",
    "A quoted value has no end, so everything after it would be read as one value.",
    () => "a quotation mark that opens in this record is never closed",
    () => "have the supplier close the quotation mark or double the one that is meant literally",
  ),
  "ingest/record-count": message(
    "dataRefused",
    "The file has another number of records than its trailer, its side file or --records declares.",
    (p: { declared: number; found: number; by: string }) =>
      `${p.by} declares ${p.declared} records, and the file has ${p.found}`,
    () => "fetch the file again, or correct the declared number",
  ),
  "ingest/bad-count": message(
    "dataRefused",
    "The side file with the number of records does not hold a number.",
    () => "does not hold a whole number",
    () => "write the number of records into it, or remove it",
  ),
  "ingest/unsplittable": message(
    "dataRefused",
    "Two ways of reading the file found different numbers of records, so its quotes or line ends are not sound.",
    (p: { read: number; counted: number }) =>
      `${p.read} records were read where ${p.counted} were counted: its quotes or line ends are not sound`,
    () => "have the supplier write every quotation mark inside a value twice, and one kind of line end",
  ),
  "ingest/no-period": message(
    "dataRefused",
    "Nothing says which period the file covers: not its name, not its rows, not an option.",
    () => "the period that the file covers is not known",
    () => "state it with --period, as 2023/24 or 2024-01",
  ),
  "ingest/no-cohort": message(
    "dataRefused",
    "The name of a customer's list does not say to which cohort it belongs, so it could be linked for another customer.",
    () => "the file's name does not hold the NIC reference of its cohort",
    () => "name the file with it, such as NIC-000004_COHORT_1.csv",
  ),
  "ingest/too-many-records": message(
    "dataRefused",
    "The file has more records than its contract allows.",
    (p: { records: number; most: number }) =>
      `has ${p.records.toLocaleString("en-GB")} records, and at most ${p.most.toLocaleString("en-GB")} may be in one file`,
    (p) =>
      `send it as several files of at most ${p.most.toLocaleString("en-GB")} records each; they add to each other`,
  ),
  "ingest/period-contradiction": message(
    "dataRefused",
    "The file's name, its rows and --period do not speak of one period.",
    (p: { sources: readonly string[] }) => `the period is not one: ${p.sources.join(", ")}`,
    () => "rename the file, correct --period, or have the supplier send one year in one file",
  ),
  "ingest/too-many-rejects": message(
    "dataRefused",
    "More rows are bad than the data set allows, so the file as a whole is not trusted.",
    (p: { rejected: number; records: number; limit: number; counts: readonly FindingCount[] }) =>
      `${p.rejected} of ${p.records} rows are bad, and at most ${p.limit} may be: ${listed(p.counts)}`,
    () => "have the supplier correct the file",
  ),
  "ingest/changed": message(
    "dataRefused",
    "The file was written to while it was read.",
    () => "the file changed while it was read",
    () => "wait until its transfer is complete, then take it in again",
  ),
  "ingest/disk-full": message(
    "stepFailed",
    "The disk has no room for the store's new files. The store is unchanged.",
    () => "the disk has no room left; the store is unchanged",
    () => "free some space, then take the file in again",
  ),
};
