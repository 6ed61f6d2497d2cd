import { Command, InvalidArgumentError, Option } from "commander";
import { readyMessage } from "./banner.ts";
import { parseDuration } from "./duration.ts";
import { defaultOptions, type ServerOptions } from "./options.ts";
import { startServer } from "./start.ts";
import { version } from "./version.ts";

interface StartFlags extends Omit<ServerOptions, "dataDir" | "patience"> {
  readonly dataDir: string;
  readonly ephemeral: boolean;
}

const program = new Command("logicaldb")
  .description("Serves the Logical database API on real libSQL databases.")
  .version(version)
  .showHelpAfterError("(logicaldb --help lists the flags)")
  .enablePositionalOptions()
  .addOption(flag("--port <number>", "TCP port; 0 picks a free one").argParser(portNumber))
  .addOption(flag("--host <address>", "address to listen on"))
  .addOption(dataDirFlag())
  .addOption(
    flag("--ephemeral [boolean]", "keep data in a temporary directory, removed at the end")
      .preset("true")
      .argParser(isOn)
      .default(false),
  )
  .addOption(flag("--token <token>", "platform token to accept, for automation"))
  .addOption(userFlag())
  .addOption(
    flag("--addressing <mode>", "how Hostname names a database").choices(["auto", "host", "path"]),
  )
  .addOption(flag("--domain <name>", "name clients reach the server by, with the port if needed"))
  .addOption(
    flag("--statement-timeout <duration>", "how long one SQL statement may run (500ms, 30s, 5m)")
      .argParser(duration)
      .default(defaultOptions.statementTimeout, "30s"),
  )
  .addOption(
    flag("--engine-processes <number>", "processes that run SQL").argParser(positiveInteger),
  )
  .addOption(
    flag("--max-request-bytes <bytes>", "size of a request to a database").argParser(
      positiveInteger,
    ),
  )
  .addOption(
    flag("--max-response-bytes <bytes>", "size of the rows of one reply").argParser(
      positiveInteger,
    ),
  )
  .addOption(
    flag("--faults [boolean]", "errors on demand at /_local/faults, for tests")
      .preset("true")
      .argParser(isOn),
  )
  .addOption(
    flag("--log-level <level>", "what is logged, to stderr").choices([
      "silent",
      "error",
      "warn",
      "info",
      "debug",
    ]),
  )
  .action(start);

program
  .command("token")
  .description("mint a new platform token in the place of one that was lost")
  .addOption(dataDirFlag())
  .addOption(userFlag())
  .action(token);

program.parseAsync().catch((error: unknown) => {
  fail(error instanceof Error ? error.message : String(error));
});

/** A flag with its default, and with an environment variable of the same name. */
function flag(flags: string, description: string): Option {
  const option = new Option(flags, description);
  const variable = `LOGICALDB_${option.name().replaceAll("-", "_").toUpperCase()}`;
  const fallback: unknown = Object.entries(defaultOptions).find(
    ([name]) => name === option.attributeName(),
  )?.[1];
  return fallback === undefined ? option.env(variable) : option.env(variable).default(fallback);
}

function dataDirFlag(): Option {
  return flag("--data-dir <path>", "where databases and state are kept");
}

function userFlag(): Option {
  return flag("--user <name>", "account name, and slug of its personal organization").argParser(
    accountName,
  );
}

async function start(flags: StartFlags): Promise<void> {
  const { ephemeral, dataDir, ...rest } = flags;
  const server = await startServer({ ...rest, dataDir: ephemeral ? undefined : dataDir });
  onSignal(() => {
    server.stop().then(
      () => process.exit(0),
      (error: unknown) => fail(String(error)),
    );
  });
  console.log(readyMessage(server));
}

/** Calls `stop` at the first signal to end. */
function onSignal(stop: () => void): void {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const first = () => {
    for (const signal of signals) process.removeListener(signal, first).on(signal, ignore);
    // Package managers pass on a Ctrl-C that was received already; a later one ends it at once.
    setTimeout(() => {
      for (const signal of signals) process.removeListener(signal, ignore);
    }, 500).unref();
    stop();
  };
  for (const signal of signals) process.on(signal, first);
}

function ignore(): void {}

async function token({ dataDir, user }: { dataDir: string; user: string }): Promise<void> {
  const { replaceLostToken } = await import("./lost-token.ts");
  console.log(await replaceLostToken(dataDir, user));
}

function portNumber(text: string): number {
  const port = Number(text);
  if (/^[0-9]+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError("A port is a number from 0 to 65535.");
}

function positiveInteger(text: string): number {
  const number = Number(text);
  if (/^[0-9]+$/.test(text) && Number.isSafeInteger(number) && number > 0) return number;
  throw new InvalidArgumentError("Write a whole number above 0.");
}

function accountName(text: string): string {
  if (/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/.test(text)) return text;
  throw new InvalidArgumentError(
    "An account name has lower-case letters, digits and inner dashes, at most 40.",
  );
}

function duration(text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

function isOn(text: string): boolean {
  return !["", "0", "false", "no", "off"].includes(text.toLowerCase());
}

function fail(message: string): never {
  console.error(`logicaldb: ${message}`);
  process.exit(1);
}
