import type { LinkageReport } from "../../../model/linkage/evaluate/report.ts";
import type { HostFunction } from "../../operations.ts";
import { linkagePage } from "../../report/linkage-page.ts";

/**
 * The host function `report_page@1`: a linkage's report as a page for people, the same numbers.
 *
 * In: the report's text. Out: the page's text.
 */
export const reportPage: HostFunction = async (session, call, inputText) => {
  const { report } = await session.row(call.id, inputText);
  const page = linkagePage(JSON.parse(String(report)) as LinkageReport);
  async function* one() {
    yield [[page]];
  }
  return await session.load(call.id, call.output, one());
};
