import type { HostFunction } from "../operations.ts";
import { components } from "./components.ts";
import type { PlaceOf, Tell } from "./linkage/context.ts";
import { linkageFunctions } from "./linkage/linkage-functions.ts";
import { pseudonymise } from "./pseudonymise.ts";

/** What host functions need of the workspace. */
export interface HostOptions {
  /** The root key's place is known here alone. */
  readonly rootKey: string;
  readonly threads: number;
  /** Told what an operation is doing. */
  readonly tell?: Tell;
  /** Where the step says something, in the file that people wrote. */
  readonly at?: PlaceOf;
  /** Where long work keeps what it has finished, for a run that goes on after this one. */
  readonly unitsFolder?: string;
}

/** Functions that steps may call outside SQL, by name and version. */
export interface HostFunctions {
  readonly functions: Readonly<Record<string, HostFunction>>;
  /** Ends what they left running. */
  readonly close: () => Promise<void>;
}

/** All host functions, for one step: they may share what they read. */
export function hostFunctions({ rootKey, threads, tell, at, unitsFolder }: HostOptions): HostFunctions {
  const linkage = linkageFunctions(threads, tell, at, unitsFolder);
  const functions = {
    "components@1": components,
    "pseudonymise@1": pseudonymise(rootKey),
    ...linkage.functions,
  };
  return { functions, close: linkage.close };
}
