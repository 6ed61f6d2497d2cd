import type { EngineProcessSettings } from "./wire/settings.ts";

/** What the embedded engine can be told; see the flags of the `logicaldb` command. */
export interface EmbeddedEngineOptions extends Omit<EngineProcessSettings, "incarnation"> {
  /** How many engine processes share the databases. */
  readonly processes: number;
}
