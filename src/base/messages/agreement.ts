import { message } from "../message.ts";

/** What an agreement does not allow. Nothing is read before these are settled. */
export const agreementMessages = {
  "agreement/expired": message(
    "agreementRefused",
    "The agreement is not in force on the date of the run.",
    (p: { agreement: string; start: string; end: string; on: string }) =>
      `agreement ${p.agreement} runs from ${p.start} to ${p.end}, and the date is ${p.on}`,
    () => "have the agreement renewed, or give the date it is for with --as-at",
  ),
};
