import { type Message, message } from "../message.ts";

/** Identification and linkage. */
const recordsOf = ({ source, n }: { source: string; n: number }) =>
  `"${source}" has ${n.toLocaleString("en-GB")} ${n === 1 ? "record" : "records"}`;

const number = (n: number) => n.toLocaleString("en-GB");

export interface RunawayRule {
  readonly what: string;
  readonly rule: string;
  readonly pairs: number;
  readonly largest: number;
  readonly limit: number;
  /** Columns to add, and what the rule would bring together then. */
  readonly better: readonly { readonly column: string; readonly pairs: number }[];
}

export const linkMessages = {
  "link/unreadable-file": message(
    "dataRefused",
    "A file of records that is handed in cannot be read.",
    (p: { reason: string }) => `the file cannot be read as records: ${p.reason}`,
    () => "hand in Parquet, or CSV in UTF-8 whose first line names each column once",
  ),
  "link/wrong-encoding": message(
    "dataRefused",
    "A CSV file of records holds bytes that are no characters in the encoding it is read with, so names would be wrong.",
    (p: { encoding: string; column?: string | undefined }) =>
      `${p.column === undefined ? "this line" : `column "${p.column}" of this line`} holds bytes that are not ${p.encoding}`,
    (p) =>
      p.encoding === "utf-8"
        ? 'write "encoding: cp1252" under its source, as Excel and Windows save text so; or save the file as UTF-8'
        : 'take "encoding:" out where the file is UTF-8, or write the one it has: cp1252 or latin-1',
  ),
  "link/bad-line": message(
    "dataRefused",
    "A line of a CSV file of records cannot be taken apart into its columns.",
    (p: { problem: string; n: number }) =>
      `${p.problem}${p.n > 1 ? `; ${p.n} lines at least are like this` : ""}`,
    () =>
      "mend the line where the file was made: a value with a delimiter, a line break or a quote stands in quotes",
  ),
  "link/wrong-header": message(
    "usage",
    "A file of records names none of the columns that the linkage looks at: it has no header, another delimiter, or is another file.",
    (p: { source: string; columns: number }) =>
      `the first line of the source "${p.source}" has ${p.columns === 1 ? "one column" : `${p.columns} columns`}, and none that the linkage looks at`,
    (p) =>
      p.columns === 1
        ? 'give the file a first line that names its columns; where it does, write the sign between them: delimiter: ";"'
        : "give the file a first line that names its columns, or the linkage the file that it was written for",
  ),
  "link/runaway-rule": message(
    "dataRefused",
    "A blocking or training rule brings more pairs of records together than may be compared. It was counted before any was.",
    (p: RunawayRule) =>
      `${p.what} rule "${p.rule}" brings ${number(p.pairs)} pairs together, more than ${number(p.limit)}; its largest block has ${number(p.largest)} records`,
    (p) => {
      const [first, ...others] = p.better.map(
        ({ column, pairs }) => `"${column}" (${number(pairs)} pairs then)`,
      );
      const add =
        first === undefined ? "take the rule out" : `add a column to it: ${[first, ...others].join(", or ")}`;
      return `${add}; or allow it with blocking_limit: ${p.pairs}`;
    },
  ),
  "link/nothing-to-compare": message(
    "dataRefused",
    "`dars link suggest` found no columns that could tell people apart, or no values that two records share.",
    (_: object) => "no column was found that two records of one person could share",
    () => "write the linkage yourself, with comparisons and blocking over columns that the files have",
  ),
  "link/not-files": message(
    "usage",
    "`dars link run` takes a specification of one match step: it works without a workspace, on files alone.",
    (_: object) => "the specification does not hold one match step and nothing else",
    () => "give it to dars run inside a workspace",
  ),
  "link/broken-model": message(
    "usage",
    "A model's file is no whole JSON: it was cut off, or changed by hand.",
    (_: object) => "the file is no whole JSON: what follows is missing or not to be read",
    () => "take the file as it was saved, whole; or train again",
  ),
  "link/no-model": message(
    "usage",
    "A file that is given as a trained model is JSON, but not that of one.",
    (p: { isSplink: boolean }) =>
      p.isSplink ? "the file is a model of Splink, not one of dars" : "the file is no trained model",
    (p) =>
      p.isSplink
        ? "turn it into a specification: dars link import FILE --id COLUMN > linkage.yaml"
        : "give the model.json that link train or link run wrote",
  ),
  "link/no-counterpart": message(
    "usage",
    "A part of a model that Splink has and dars has not, or the reverse. Nothing of such a model is taken.",
    (p: { problem: string }) => p.problem,
    (p) =>
      p.problem.startsWith("blocking rule")
        ? "take the rule out of the model; link export leaves all rules out with --no-blocking"
        : "change this part where the model was made; the model is taken once all of it has a counterpart",
  ),
  "link/other-model-version": message(
    "usage",
    "A trained model's file is of a version that this release does not read.",
    (p: { known: number }) => `the model's file is not of version ${p.known}`,
    () => "train the model again with this release",
  ),
  "link/model-and-more": message(
    "usage",
    "A match step names a trained model's file, and says itself what the model already says.",
    (p: { key: string }) => `"${p.key}" stands beside a trained model, which has its own`,
    (p) => `remove "${p.key}:", or "model:"`,
  ),
  "link/no-bit-vectors": message(
    "dataRefused",
    "A column that is compared by Dice's coefficient holds values that are no bit vectors, or are not all as long.",
    (p: { column: string; others: number; lengths?: readonly number[] }) =>
      p.lengths === undefined
        ? `"${p.column}" holds values that are no bit vectors: ${p.others}`
        : `the bit vectors of "${p.column}" have from ${p.lengths[0]} to ${p.lengths[1]} bits`,
    (p) =>
      p.lengths === undefined
        ? "write bit vectors as hexadecimal or base64 text, or as bytes; or compare another column"
        : "encode all records with the same settings",
  ),
  "link/other-encoding": message(
    "dataRefused",
    "Files that are to be linked were encoded with different keys or settings, or not all of them were, or one was changed since. Their tokens and bit vectors say nothing of each other.",
    (p: { why: "none" | "changed" | "settings" | "key" | "damaged"; other?: string }) =>
      ({
        none: `this file has no sidecar of an encoding, and ${p.other} has one`,
        changed: "the file is not the one that its sidecar was written for",
        settings: `the file was encoded with other settings than ${p.other}`,
        key: `the file was encoded with another key than ${p.other}`,
        damaged: "the sidecar of an encoding is damaged",
      })[p.why],
    (p) =>
      p.why === "changed" || p.why === "damaged"
        ? "take the file and its .encoding.json as link encode wrote them"
        : "encode all files with link encode, by the same specification and the same key",
  ),
  "link/key-missing": message(
    "inputMissing",
    "The key that a file is encoded with cannot be read.",
    (_: object) => "there is no readable key here",
    () => "make one: (umask 077; head -c 32 /dev/urandom > KEY), and share it with the other party alone",
  ),
  "link/key-unsafe": message(
    "dataRefused",
    "The key that a file is encoded with is too short, made of one repeated byte, known, or readable by others.",
    (p: { reason: string }) => `the key is refused: ${p.reason}`,
    () => "make one: (umask 077; head -c 32 /dev/urandom > KEY), and share it with the other party alone",
  ),
  "link/id-not-unique": message(
    "dataRefused",
    "The column that names the records of a file is empty for some of them, or names several alike.",
    (p: { column: string; missing: number; repeated: number }) =>
      p.missing > 0
        ? `"${p.column}" is empty in ${p.missing} of the records`
        : `"${p.column}" names ${p.repeated} records like an earlier one`,
    () => "name a column with --id that has a value of its own for each record",
  ),
  "link/clear-id": message(
    "dataRefused",
    "The ids of a file that is to be encoded are NHS numbers: they would be sent in clear.",
    (p: { column: string }) => `the values of "${p.column}" are NHS numbers, which would leave in clear`,
    () => "give the records ids that mean nothing, keep the list of both, and name that column with --id",
  ),
  "link/no-record": message(
    "usage",
    "A record that is asked for by its id is not there, or there are several of that id.",
    (p: { source: string; n: number }) =>
      p.n === 0
        ? `the source "${p.source}" has no record of the id that is asked for`
        : `the source "${p.source}" has ${p.n} records of the id that is asked for`,
    (p) => (p.n === 0 ? "look the id up in the file" : "give each record an id of its own"),
  ),
  "link/no-results": message(
    "inputMissing",
    "A folder that is given as the results of a linkage does not hold any.",
    (_: object) => "the folder does not hold the results of link run",
    () => "make them: dars link run FILE --out DIR",
  ),
  "link/no-clusters": message(
    "usage",
    "A file that is given as the clusters, or the ledger, of an earlier linkage is none: its columns are missing, or hold no whole numbers.",
    (p: { file: string; columns: readonly string[] }) =>
      `the file is no ${p.file}.parquet of a linkage: ${p.columns.join(", ")} ${p.columns.length === 1 ? "is" : "are"} missing, or of another type`,
    () => "give the folder that link run wrote, or its clusters.parquet as it was written",
  ),
  "link/not-truth": message(
    "usage",
    "A column that is given as the truth has so few values that it cannot name persons.",
    (p: { column: string }) =>
      `"${p.column}" does not name persons: too many records share each of its values`,
    () => "name the column that holds the true person of each record",
  ),
  "link/nothing-to-review": message(
    "inputMissing",
    "Results of a linkage hold no scored pair that a person could judge.",
    (_: object) => "no pair was scored, so there is nothing to judge",
    () => "lower the linkage's threshold, or add a blocking rule, and link again",
  ),
  "link/no-matches": message(
    "dataRefused",
    "A model is to learn from known matches, and none of the known pairs is one of these records.",
    (_: object) => "no two of these records are known to be a match",
    () => "look whether the labels' sources and ids, or the truth's values, are those of the records",
  ),
  "link/one-teacher": message(
    "usage",
    "A match step's training names none or several of rules, truth and labels, or asks to learn like Splink without rules.",
    (p: { isLikeSplink: boolean }) =>
      p.isLikeSplink
        ? "learning like Splink takes rules"
        : "a model learns from one of rules, truth and labels",
    () => 'write one of "rules:", "truth:" and "labels:"',
  ),
  "link/bad-expression": message(
    "usage",
    "A column of a linkage is written as an expression that cannot be read.",
    (p: { problem: string }) => p.problem,
    () =>
      'write a column\'s name, in double quotes where it has other signs than letters, digits and "_", or an expression over columns such as substr(surname, 1, 3)',
  ),
  "link/no-records": message(
    "dataRefused",
    "A source of a linkage has no row.",
    (p: { source: string }) => `the source "${p.source}" has no record`,
    () => "look whether it is the file that is meant; leave the source out if it is",
  ),
  "link/no-ids": message(
    "dataRefused",
    "Records of a source have no id, so that nobody could tell which of them a link means.",
    (p: { source: string; n: number }) => `${recordsOf(p)} without an id`,
    () => "name the column whose value each record has and no other does",
  ),
  "link/repeated-ids": message(
    "dataRefused",
    "Several records of a source have one id, so that nobody could tell which of them a link means.",
    (p: { source: string; n: number }) => `${recordsOf(p)} with an id that another one has too`,
    () => "remove repeated rows, or name the column whose value each record has and no other does",
  ),
  "link/no-values": message(
    "dataRefused",
    "A model looks at a column that is empty in every record.",
    (p: { column: string }) => `"${p.column}" has no value in any record`,
    () => "leave it out, or look whether the file has it under another name",
  ),
  "link/wrong-type": message(
    "dataRefused",
    "A model compares a column as dates or as numbers, and most of its values are none.",
    (p: { column: string; wanted: "dates" | "numbers"; share: number }) =>
      `"${p.column}" is compared as ${p.wanted}, and ${(100 * p.share).toFixed(0)} per cent of its values are ${p.wanted}`,
    (p) =>
      p.wanted === "dates"
        ? "write dates as 2024-05-31, or read them by date(column, '%d/%m/%Y'); or compare them as text"
        : "compare it as text, for instance by levenshtein",
  ),
  "link/lambda": message(
    "dataRefused",
    "The rules by which the share of matches is found find more pairs than there could be matches.",
    (p: { found: number; recall: number; all: number }) =>
      `the rules under lambda find ${p.found.toLocaleString("en-GB")} pairs; at a recall of ${p.recall} they would be more matches than all ${p.all.toLocaleString("en-GB")} pairs`,
    () => "take rules that only matches agree on, or state a greater recall; or leave lambda to be learned",
  ),
  "link/unknown-column": message(
    "usage",
    "A model looks at a column that a source does not have: it was made for other files, or the column has another name.",
    (p: { source: string; column: string; near?: string | undefined }) =>
      `the source "${p.source}" has no column "${p.column}"${p.near === undefined ? "" : ` (did you mean "${p.near}"?)`}`,
    (p) => `write under ${p.source}'s columns what it has: ${p.column}: ${p.near ?? "OTHER_COLUMN"}, or null`,
  ),
  "link/bad-labels": message(
    "dataRefused",
    "A file of labelled pairs has labels that are no number from 0 to 1.",
    (p: { n: number }) => `${p.n} labels are no number from 0 to 1`,
    () => "write 1 for a match, 0 for none, or how likely a match is; nothing where nobody knows",
  ),
} satisfies Record<string, Message>;
