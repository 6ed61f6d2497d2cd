/** A server that serves. */
export interface RunningServer {
  /** Where the Platform API and the reference site are. */
  readonly url: string;
  readonly organization: string;
  /** The platform token where this start made or was given it; undefined where an older one holds. */
  readonly token: string | undefined;
  readonly dataDir: string;
  /** Where metrics for Prometheus are; undefined without the option `metricsPort`. */
  readonly metricsUrl: string | undefined;
  /** Stops serving. Requests under way are answered first; those that take longer than `patience.stop` are not. */
  stop(): Promise<void>;
}
