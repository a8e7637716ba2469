import { probabilityOf } from "../../../model/linkage/weights.ts";
import type { HostFunction } from "../../operations.ts";
import { doublesOf, loadColumns } from "./columns.ts";

const unitsPerBit = 1e12;

/**
 * The host function `probability@1`: what a weight says in probability.
 *
 * In: units of 10⁻¹² bits, each once. Out: units, probability.
 */
export const probability: HostFunction = async (session, call, inputText) => {
  const [units] = await doublesOf(session, call.id, inputText, 1);
  const found = (units as Float64Array).map((u) => probabilityOf(u / unitsPerBit));
  return await loadColumns(session, call.id, call.output, [units as Float64Array, found]);
};
