import { message } from "../message.ts";

/** Deliveries: what leaves, and what a recipient's check finds. */
export const deliveryMessages = {
  "delivery/changed": message(
    "integrity",
    "A file of the delivery is not the one that was sent: its SHA-256 differs from the manifest's.",
    (p: { file: string }) => `${p.file} was changed: its SHA-256 is not the manifest's`,
    () => "fetch this file of the delivery again",
  ),
};
