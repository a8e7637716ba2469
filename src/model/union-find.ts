/**
 * Connected components of a growing graph, each named by its smallest node.
 *
 * Nodes are integers from 0. The smaller root always wins, so a component's name does not depend on the order of
 * edges. Rem's algorithm with splicing (Dijkstra 1976; the fastest of 53 in Patwary, Blair and Manne 2010, SEA);
 * 4 bytes per node.
 */
export class UnionFind {
  #parent: Int32Array<ArrayBuffer>;
  #size = 0;

  /** Room for nodes 0 to `capacity` − 1; it grows with what is joined. */
  constructor(capacity = 1024) {
    this.#parent = new Int32Array(capacity);
  }

  /** Nodes seen: one more than the greatest. */
  get size(): number {
    return this.#size;
  }

  /** Puts two nodes into one component; whether they were apart. */
  join(a: number, b: number): boolean {
    const greatest = Math.max(a, b);
    if (greatest >= this.#size) this.#reach(greatest);
    const parent = this.#parent;
    let [x, y] = [a, b];
    // Both paths are climbed at once, the higher parent first, and each node passed is hung on the lower one.
    for (;;) {
      const up = parent[x] as number;
      const over = parent[y] as number;
      if (up === over) return false;
      if (up > over) {
        parent[x] = over;
        if (x === up) return true;
        x = up;
      } else {
        parent[y] = up;
        if (y === over) return true;
        y = over;
      }
    }
  }

  /** The smallest node of the component; a node never joined is its own. */
  find(node: number): number {
    return node < this.#size ? this.#root(node) : node;
  }

  #root(node: number): number {
    const parent = this.#parent;
    let at = node;
    for (;;) {
      const up = parent[at] as number;
      if (up === at) return at;
      const above = parent[up] as number;
      parent[at] = above;
      at = above;
    }
  }

  #reach(node: number): void {
    if (node >= this.#parent.length) {
      const larger = new Int32Array(Math.max(node + 1, this.#parent.length * 2));
      larger.set(this.#parent.subarray(0, this.#size));
      this.#parent = larger;
    }
    for (let i = this.#size; i <= node; i++) this.#parent[i] = i;
    this.#size = node + 1;
  }
}
