import { availableParallelism, totalmem } from "node:os";

/** What the engine may use of a machine. */
export interface EngineBounds {
  /** Bytes of the whole process; half of the machine's where left out. */
  readonly memoryBytes?: number | undefined;
  /** As many as there are processors where left out. */
  readonly threads?: number | undefined;
}

export function engineBounds({ memoryBytes, threads }: EngineBounds): Required<{
  [K in keyof EngineBounds]: number;
}> {
  return {
    memoryBytes: memoryBytes ?? Math.floor(totalmem() / 2),
    threads: threads ?? availableParallelism(),
  };
}
