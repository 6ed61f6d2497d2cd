import { isLoopback } from "../listening/reachable-host.ts";
import type { RunningServer } from "../running-server.ts";

/** How a shell sets a variable. */
export type Shell = "sh" | "powershell";

interface Surroundings {
  readonly shell: Shell;
  /** The command that replaces a lost token. */
  readonly lostToken: string;
  /** What is to be said of how databases are named. */
  readonly naming: readonly string[];
}

/** The shell that people most likely paste into. */
export function shellOf({ platform, env }: Pick<NodeJS.Process, "platform" | "env">): Shell {
  // Git's shell on Windows says what it is.
  return platform === "win32" && env["SHELL"] === undefined ? "powershell" : "sh";
}

/** What is to be said of how databases are named, where others can reach them or are meant to. */
export function namingNote({
  host,
  domain,
}: {
  readonly host: string;
  readonly domain: string | undefined;
}): readonly string[] {
  if (domain !== undefined) {
    return [
      `  Databases are named by ${domain}. Clients need a LOGICALDB_URL with that name,`,
      "  and https:// where a proxy speaks TLS for it.",
      "",
    ];
  }
  if (isLoopback(host)) return [];
  return [
    "  Databases are named as this machine reaches them. For clients on others,",
    "  start it with --domain and the name that they reach it by.",
    "",
  ];
}

/** What people read when the server is ready. */
export function readyMessage(
  server: RunningServer,
  { shell, lostToken, naming }: Surroundings,
): string {
  const { url, organization, token, dataDir, metricsUrl } = server;
  const set = (name: string, value: string) =>
    shell === "powershell" ? `$env:${name}="${value}"` : `export ${name}=${value}`;
  return [
    "",
    "  logicaldb is ready",
    "",
    `  Platform API    ${url}/v1`,
    `  Reference site  ${url}/`,
    `  Organization    ${organization}`,
    `  Token           ${token ?? "shown at the first start only"}`,
    `  Data            ${dataDir}`,
    ...(metricsUrl === undefined ? [] : [`  Metrics         ${metricsUrl}`]),
    "",
    "  Point a client at it:",
    "",
    `    ${set("LOGICALDB_URL", url)}`,
    `    ${set("LOGICALDB_ORGANIZATION", organization)}`,
    ...(token === undefined
      ? ["", "  Set LOGICALDB_TOKEN to the token you kept. If it is lost, make a new one:", ""]
      : []),
    token === undefined ? `    ${lostToken}` : `    ${set("LOGICALDB_TOKEN", token)}`,
    "",
    ...naming,
    "  Ctrl-C stops it.",
    "",
  ].join("\n");
}
