import { type Message, message } from "../message.ts";

/** Identification and linkage. */
export const linkMessages = {
  "link/unreadable-file": message(
    "dataRefused",
    "A file of records that is handed in cannot be read.",
    (p: { reason: string }) => `the file cannot be read as records: ${p.reason}`,
    () => "hand in Parquet, or CSV in UTF-8 whose first line names each column once",
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
} satisfies Record<string, Message>;
