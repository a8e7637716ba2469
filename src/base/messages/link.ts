import { message } from "../message.ts";

/** Identification and linkage. */
export const linkMessages = {
  "link/no-ledger": message(
    "inputMissing",
    "A product reads a ledger of persons that no run has written yet.",
    (p: { ledger: string }) => `no ledger "${p.ledger}" exists yet`,
    (p) => `run the pipeline whose identify step writes the ledger "${p.ledger}" first`,
  ),
};
