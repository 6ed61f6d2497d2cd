import { messageOf } from "../tools/message-of.ts";
import { Command, type Option } from "commander";
import { namingNote, readyMessage, shellOf } from "./banner.ts";
import {
  dropEmptyVariables,
  duration,
  flag,
  portNumber,
  positiveInteger,
  someText,
  textOf,
  toggle,
  unknownVariables,
} from "./flags.ts";
import { growInLargeSteps } from "../tools/heap-steps.ts";
import { LimitFlags } from "./limit-flags.ts";
import { defaultOptions, type ServerOptions } from "../options/options.ts";
import { choices } from "../options/check.ts";
import { startServer } from "../start.ts";
import { version } from "../version.ts";

interface StartFlags extends Omit<ServerOptions, "dataDir" | "limits" | "patience" | "now"> {
  readonly dataDir: string;
  readonly ephemeral: boolean;
}

const limitFlags = new LimitFlags();

const program = new Command("logicaldb")
  .description("Serves the Logical database API on real libSQL databases.")
  .version(version)
  .showHelpAfterError("(logicaldb --help lists the flags)")
  .helpCommand(true)
  .enablePositionalOptions()
  .allowExcessArguments()
  .addOption(
    flag("--port <number>", "TCP port; 0 picks a free one")
      .argParser(portNumber)
      .default(defaultOptions.port),
  )
  .addOption(
    flag("--host <address>", "address to listen on")
      .argParser(someText)
      .default(defaultOptions.host),
  )
  .addOption(dataDirFlag())
  .addOption(
    toggle("--ephemeral", "keep data in a temporary directory, removed at the end").default(false),
  )
  .addOption(flag("--token <token>", "platform token to accept, for automation"))
  .addOption(userFlag())
  .addOption(
    flag("--addressing <mode>", "how Hostname names a database")
      .choices(choices.addressing)
      .default(defaultOptions.addressing),
  )
  .addOption(
    flag("--domain <name>", "name clients reach the server by, with the port if needed").argParser(
      textOf("domain"),
    ),
  )
  .addOption(
    flag("--statement-timeout <duration>", "how long one SQL statement may run (500ms, 30s, 5m)")
      .argParser(duration)
      .default(defaultOptions.statementTimeout, "30s"),
  )
  .addOption(
    flag("--engine-processes <number>", "processes that run SQL")
      .argParser(positiveInteger)
      .default(defaultOptions.engineProcesses),
  )
  .addOption(
    flag("--synchronous <level>", "whether a commit is on the disk before its client hears of it")
      .choices(choices.synchronous)
      .default(defaultOptions.synchronous),
  )
  .addOption(
    flag(
      "--metrics-port <number>",
      "TCP port of metrics for Prometheus, at /metrics; 0 picks a free one; none if left out",
    ).argParser(portNumber),
  )
  .addOption(
    flag("--metrics-host <address>", "address that metrics listen on")
      .argParser(someText)
      .default(defaultOptions.metricsHost),
  )
  .addOption(
    toggle("--faults", "errors on demand at /_local/faults, for tests").default(
      defaultOptions.faults,
    ),
  )
  .addOption(
    flag("--log-level <level>", "what is logged, to stderr")
      .choices(choices.logLevel)
      .default(defaultOptions.logLevel),
  )
  .action(start);
for (const option of limitFlags.options) program.addOption(option);

program
  .command("token")
  .description("mint a new platform token in the place of one that was lost")
  .addOption(dataDirFlag())
  .addOption(userFlag())
  .action(token);

dropEmptyVariables(process.env);
for (const name of unknownVariables(process.env, program.options)) {
  console.error(`logicaldb: ${name} is no setting; logicaldb --help lists them`);
}
program.parseAsync().catch((error: unknown) => {
  fail(messageOf(error));
});

function dataDirFlag(): Option {
  return flag("--data-dir <path>", "where databases and state are kept")
    .argParser(someText)
    .default(defaultOptions.dataDir);
}

function userFlag(): Option {
  return flag("--user <name>", "account name, and slug of its personal organization")
    .argParser(textOf("user"))
    .default(defaultOptions.user);
}

async function start(flags: StartFlags, { args }: Command): Promise<void> {
  const [word] = args;
  if (word !== undefined) {
    program.error(`error: unknown command '${word}'; there are token and help`);
  }
  const isGiven = (name: string) => program.getOptionValueSource(name) === "cli";
  if (flags.ephemeral && isGiven("ephemeral") && isGiven("dataDir")) {
    program.error("error: --ephemeral has a directory of its own; leave --data-dir out");
  }
  const { ephemeral, dataDir, ...rest } = flags;
  const { limits, patience } = limitFlags;
  // What its flags have read is in `limits` and `patience`.
  for (const option of limitFlags.options) Reflect.deleteProperty(rest, option.attributeName());
  // Asked for first: a signal may come as soon as there is a directory to clean up.
  const toldToStop = new Promise<void>(onSignal);
  const starting = startServer({
    ...rest,
    limits,
    patience,
    dataDir: ephemeral ? undefined : dataDir,
  });
  void toldToStop.then(() => {
    const { stop = defaultOptions.patience.stop } = patience;
    // Requests have that time, and then the processes that run them.
    setTimeout(() => fail("it could not be stopped in time"), 2 * stop + 5_000).unref();
    // A server that is still starting is stopped when it has.
    starting
      .then((server) => server.stop())
      .then(
        () => process.exit(0),
        (error: unknown) => fail(String(error)),
      );
  });
  const server = await starting;
  growInLargeSteps();
  const [shell, naming] = [shellOf(process), namingNote(flags)];
  console.log(readyMessage(server, { shell, lostToken: lostToken(flags), naming }));
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

/** The command that replaces a lost token, as whoever started this server would type it. */
function lostToken({ dataDir, user }: StartFlags): string {
  const { npm_lifecycle_event: script, npm_config_user_agent: agent = "" } = process.env;
  const [, pnpm] = /^pnpm\/(\S+)/.exec(agent) ?? [];
  const started = script === "start" && pnpm !== undefined;
  return [
    started ? `npx --yes pnpm@${pnpm} start token` : "logicaldb token",
    ...(dataDir === defaultOptions.dataDir ? [] : [`--data-dir ${asWord(dataDir)}`]),
    ...(user === defaultOptions.user ? [] : [`--user ${user}`]),
  ].join(" ");
}

/** A path as one word of a command line. */
function asWord(path: string): string {
  return /^[\w./\\:-]+$/.test(path) ? path : `"${path}"`;
}

interface TokenFlags {
  readonly dataDir: string;
  readonly user: string;
}

async function token(own: TokenFlags, command: Command): Promise<void> {
  // Its flags count wherever they stand.
  const before: TokenFlags = program.opts();
  const flagOf = (name: keyof TokenFlags) =>
    (command.getOptionValueSource(name) === "default" ? before : own)[name];
  const [dataDir, user] = [flagOf("dataDir"), flagOf("user")];
  const { replaceLostToken } = await import("./lost-token.ts");
  console.log(await replaceLostToken(dataDir, user));
}

function fail(message: string): never {
  console.error(`logicaldb: ${message}`);
  process.exit(1);
}
