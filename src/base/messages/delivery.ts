import { message } from "../message.ts";

/** Deliveries: what leaves, and what a recipient's check finds. */
export const deliveryMessages = {
  "delivery/not-a-bag": message(
    "integrity",
    "The folder is not a delivery: it lacks bagit.txt or a manifest, or they are not of BagIt 1.0.",
    (p: { detail: string }) => `not a delivery: ${p.detail}`,
    () => "name the folder that holds bagit.txt, or fetch the delivery again",
  ),
  "delivery/changed": message(
    "integrity",
    "A file of the delivery is not the one that was sent: its SHA-256 differs from the manifest's.",
    (p: { file: string }) => `${p.file} was changed: its SHA-256 is not the manifest's`,
    () => "fetch this file of the delivery again",
  ),
  "delivery/missing": message(
    "integrity",
    "A file that the manifest lists is not in the delivery.",
    (p: { file: string }) => `${p.file} is missing`,
    () => "fetch this file of the delivery again",
  ),
  "delivery/unlisted": message(
    "integrity",
    "The delivery holds a file that no manifest lists, so nobody vouches for it.",
    (p: { file: string }) => `${p.file} is in the delivery but in no manifest`,
    () => "remove it, or keep it outside the delivery's folder",
  ),
  "delivery/bad-line": message(
    "integrity",
    "A line of a manifest cannot be read, names a file twice, or leads out of the delivery.",
    (p: { line: number; detail: string }) => `line ${p.line} ${p.detail}`,
    () => "fetch the manifests of the delivery again",
  ),
  "delivery/rows": message(
    "integrity",
    "A data file holds another number of records than manifest.json says.",
    (p: { file: string; expected: number; found: number }) =>
      `${p.file} holds ${p.found} records, and manifest.json says ${p.expected}`,
    () => "fetch the delivery again; if it stays so, tell the sender",
  ),
  "delivery/extract-needed": message(
    "usage",
    "A delivery packs what an earlier extract step of the same pipeline made; the step named is none.",
    (p: { step: string; kind?: string | undefined }) =>
      p.kind === undefined
        ? `there is no earlier step "${p.step}"`
        : `step "${p.step}" is of kind ${p.kind}, not extract`,
    () => "name an extract step that stands before this one",
  ),
};
