import type { Message } from "../message.ts";

/** Identification and linkage. */
export const linkMessages = {} satisfies Record<string, Message>;
