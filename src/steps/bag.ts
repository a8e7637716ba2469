/** What a delivery will hold. Replaced by the deliver room. */
export interface BagPlan {
  readonly product: string;
}
