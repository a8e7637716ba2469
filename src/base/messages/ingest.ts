import { message } from "../message.ts";

/** A supplier file that is refused whole; the store stays as it was. */
export const ingestMessages = {
  "ingest/not-a-file": message(
    "dataRefused",
    "The path names a directory or a device, not a supplier file.",
    (p: { found: string }) => `is ${p.found}, not a file`,
    () => "name the supplier file itself",
  ),
};
