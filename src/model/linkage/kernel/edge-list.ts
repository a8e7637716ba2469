import type { Edges } from "../forest.ts";

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
