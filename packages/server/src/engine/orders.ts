import type { Command, Reply } from "./wire/frames.ts";

/** A command without its number, which the process gives it. */
export type Order = Omit<Command, "id">;

/** How a process lost a command that it may have begun. */
export type Loss = "process-ended" | "statement-timeout" | "gave-way";

/** Whoever gave a command hears of it through one of these, once, but for parts of a reply. */
export interface OrderEvents {
  reply(reply: Reply): void;
  /** The process ended; nobody knows how far it got. */
  lost(loss: Loss): void;
  /** The process never began it, and never will. */
  returned(): void;
}

/** An order that was given. */
export interface GivenOrder {
  /** Its number, for `notify`; undefined while it waits. */
  readonly id: number | undefined;
}
