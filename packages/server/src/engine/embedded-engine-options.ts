import type { EngineProcessSettings } from "./wire/settings.ts";

/** What the embedded engine can be told; see the flags of the `logicaldb` command. */
export interface EmbeddedEngineOptions extends Omit<
  EngineProcessSettings,
  "incarnation" | "watchTime"
> {
  /** What engine processes have been given has this long to end, in milliseconds, when they stop. */
  readonly stopTimeout: number;
}
