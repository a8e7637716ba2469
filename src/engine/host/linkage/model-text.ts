import type { Parameters } from "../../../model/linkage/parameters.ts";
import { parametersOf, type TrainedModel } from "../../../model/linkage/train/trained-model.ts";
import type { Session } from "../../session.ts";

/** The trained numbers of a model, from the one row that holds its text. */
export async function readModel(session: Session, id: string, text: string): Promise<Parameters> {
  const { model } = await session.row(id, text);
  return parametersOf(JSON.parse(String(model)) as TrainedModel);
}
