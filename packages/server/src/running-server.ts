/** A server that serves. */
export interface RunningServer {
  /** Where the Platform API and the reference site are. */
  readonly url: string;
  readonly organization: string;
  /** The platform token where this start made or was given it; undefined where an older one holds. */
  readonly token: string | undefined;
  readonly dataDir: string;
  /** Stops serving; requests under way are answered first. */
  stop(): Promise<void>;
}
