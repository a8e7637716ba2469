const rowsPerBlock = 16_384;

/** A block of messages LP(domain) LP(id), each after its own length, ready to be handed to another thread. */
export interface MessageBlock {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly count: number;
}

/** Packs (domain, id) pairs into blocks. The bytes of a message are those of `lengthPrefixed(domain, id)`. */
export class MessagePacker {
  #buffer = Buffer.allocUnsafeSlow(rowsPerBlock * 64);
  #at = 0;
  #count = 0;
  #domain = "";
  #domainBytes = 0;

  /** Adds a pair; gives a block when one is full. */
  add(domain: string, id: string): MessageBlock | undefined {
    if (domain !== this.#domain) {
      this.#domain = domain;
      this.#domainBytes = Buffer.byteLength(domain);
    }
    const room = 12 + this.#domainBytes + id.length * 3;
    if (this.#at + room > this.#buffer.length) this.#grow(room);
    const buffer = this.#buffer;
    const start = this.#at;
    buffer.writeUInt32BE(this.#domainBytes, start + 4);
    buffer.write(domain, start + 8);
    const idAt = start + 12 + this.#domainBytes;
    const idBytes = buffer.write(id, idAt);
    buffer.writeUInt32BE(idBytes, idAt - 4);
    buffer.writeUInt32BE(8 + this.#domainBytes + idBytes, start);
    this.#at = idAt + idBytes;
    this.#count += 1;
    return this.#count === rowsPerBlock ? this.take() : undefined;
  }

  /** What is packed so far; undefined when nothing is. */
  take(): MessageBlock | undefined {
    if (this.#count === 0) return undefined;
    const bytes = new Uint8Array(this.#at);
    bytes.set(this.#buffer.subarray(0, this.#at));
    const block = { bytes, count: this.#count };
    this.#at = 0;
    this.#count = 0;
    return block;
  }

  #grow(room: number): void {
    const larger = Buffer.allocUnsafeSlow((this.#at + room) * 2);
    this.#buffer.copy(larger, 0, 0, this.#at);
    this.#buffer = larger;
  }
}
