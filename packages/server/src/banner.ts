import type { RunningServer } from "./running-server.ts";

/** What people read when the server is ready. */
export function readyMessage(server: RunningServer): string {
  const { url, organization, token, dataDir } = server;
  const shownToken = token ?? "<your platform token>";
  return [
    "",
    "  logicaldb is ready",
    "",
    `  Platform API    ${url}/v1`,
    `  Reference site  ${url}/`,
    `  Organization    ${organization}`,
    token === undefined
      ? "  Token           the one shown at the first start; `logicaldb token` replaces a lost one"
      : `  Token           ${token}`,
    `  Data            ${dataDir}`,
    "",
    "  Point a client at it:",
    "",
    `    export LOGICALDB_URL=${url}`,
    `    export LOGICALDB_ORGANIZATION=${organization}`,
    `    export LOGICALDB_TOKEN=${shownToken}`,
    "",
    "  Ctrl-C stops it.",
    "",
  ].join("\n");
}
