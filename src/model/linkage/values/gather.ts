/** The numbers of some records, in an order. */
export function gather(ids: Int32Array, order: Int32Array): Int32Array {
  const gathered = new Int32Array(order.length);
  for (let i = 0; i < order.length; i++) gathered[i] = ids[order[i] as number] as number;
  return gathered;
}
