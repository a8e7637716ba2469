/** Exit codes of the command line; each has one meaning, whatever the command. */
export const exitCodes = {
  done: 0,
  stepFailed: 1,
  usage: 2,
  dataRefused: 3,
  agreementRefused: 4,
  locked: 5,
  disclosureRefused: 7,
  inputMissing: 8,
  integrity: 9,
  bug: 70,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/**
 * One kind of mistake that somebody can put right. `about` is its entry in DIAGNOSTICS.md;
 * `what` and `fix` speak to the person, and hold names and counts, never a row value.
 */
export interface Message {
  readonly exit: ExitCode;
  readonly about: string;
  readonly what: (params: never) => string;
  readonly fix: (params: never) => string;
}

/** Typed entry of a message table: parameters of `what` and `fix` agree. */
export function message<P>(
  exit: keyof typeof exitCodes,
  about: string,
  what: (params: P) => string,
  fix: (params: P) => string,
): { exit: ExitCode; about: string; what: (params: P) => string; fix: (params: P) => string } {
  return { exit: exitCodes[exit], about, what, fix };
}
