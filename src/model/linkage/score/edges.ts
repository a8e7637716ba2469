/** Edges of a graph, by place. Nodes are integers from 0. */
export interface Edges {
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly weight: Float64Array;
}

/** Several lists of edges as one. */
export function joinEdges(parts: readonly Edges[]): Edges {
  const size = parts.reduce((sum, { left }) => sum + left.length, 0);
  const all = { left: new Int32Array(size), right: new Int32Array(size), weight: new Float64Array(size) };
  let at = 0;
  for (const part of parts) {
    all.left.set(part.left, at);
    all.right.set(part.right, at);
    all.weight.set(part.weight, at);
    at += part.left.length;
  }
  return all;
}

/** Pairs with their weights, as they are found: arrays that grow. */
export class EdgeList {
  #left = new Int32Array(1024);
  #right = new Int32Array(1024);
  #weight = new Float64Array(1024);
  #size = 0;

  push(l: number, r: number, weight: number): void {
    if (this.#size === this.#left.length) this.#grow();
    this.#left[this.#size] = l;
    this.#right[this.#size] = r;
    this.#weight[this.#size] = weight;
    this.#size++;
  }

  get edges(): Edges {
    const size = this.#size;
    return {
      left: this.#left.slice(0, size),
      right: this.#right.slice(0, size),
      weight: this.#weight.slice(0, size),
    };
  }

  #grow(): void {
    const larger = this.#left.length * 2;
    const [left, right, weight] = [new Int32Array(larger), new Int32Array(larger), new Float64Array(larger)];
    left.set(this.#left);
    right.set(this.#right);
    weight.set(this.#weight);
    [this.#left, this.#right, this.#weight] = [left, right, weight];
  }
}
