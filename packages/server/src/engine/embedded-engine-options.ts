import type { EngineProcessSettings } from "./wire/settings.ts";

/** What the embedded engine can be told; see the flags of the `logicaldb` command. */
export type EmbeddedEngineOptions = Omit<EngineProcessSettings, "incarnation">;
