import type { HostFunction } from "../operations.ts";
import { components } from "./components.ts";
import { pseudonymise } from "./pseudonymise.ts";

/** Every function that steps may call outside SQL, by name and version. The root key's place is known here alone. */
export function hostFunctions(rootKey: string): Readonly<Record<string, HostFunction>> {
  return { "components@1": components, "pseudonymise@1": pseudonymise(rootKey) };
}
