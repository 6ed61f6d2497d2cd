import type { Server } from "node:http";
import type { Socket } from "node:net";
import pino, { type Logger } from "pino";
import { ensureAccountToken } from "./store/account-token.ts";
import { type DataDirectory, DataDirectoryUnusable } from "./data-directory/data-directory.ts";
import type { EmbeddedEngine } from "./engine/embedded-engine.ts";
import { Addressing, type AddressingMode, resolvesLocalhostNames } from "./gateway/addressing.ts";
import { Admissions } from "./gateway/admissions.ts";
import { connectionsOf } from "./gateway/connections.ts";
import { Authorizer } from "./gateway/authorize.ts";
import { DataPlane } from "./gateway/data-plane.ts";
import { createGateway } from "./gateway/gateway.ts";
import { Load } from "./gateway/load.ts";
import { Site } from "./gateway/site.ts";
import { Sockets } from "./gateway/sockets.ts";
import { Traffic } from "./gateway/traffic.ts";
import { listen } from "./listening/listen.ts";
import type { Metrics } from "./metrics/metrics.ts";
import type { ServerOptions } from "./options/options.ts";
import { createPlatform } from "./platform/app.ts";
import { Faults } from "./platform/faults.ts";
import { sweepRemovals } from "./platform/sweep.ts";
import { reachableHost } from "./listening/reachable-host.ts";
import type { Undo } from "./undo.ts";
import { openStore } from "./store/open.ts";
import type { Store } from "./store/store.ts";
import { ensurePersonalOrganization } from "./store/organizations.ts";
import { version } from "./version.ts";

/** Verified database tokens that are remembered. */
const rememberedTokens = 50_000;

interface ServeInput {
  readonly options: ServerOptions;
  readonly directory: DataDirectory;
  readonly engine: EmbeddedEngine;
  readonly undo: Undo;
}

/**
 * Opens the store, puts platform and gateway together, and listens.
 *
 * @returns the port, the platform token where one was minted, and what operations use
 */
export async function serve({ options, directory, engine, undo }: ServeInput) {
  const logger = pino({ level: options.logLevel }, pino.destination(2));
  const store = await openedStore(directory, options);
  undo.push(() => store.close());
  const ensureToken = async () =>
    await ensureAccountToken(store, options.user, options.token, options.now());
  // One that is given is good before anybody can ask.
  if (options.token !== undefined) await ensureToken();

  const traffic = new Traffic();
  const metrics = await startMetrics({ options, store, engine, traffic, logger, undo });
  // What databases are named by is known with the port.
  let addressing = new Addressing("path", "");
  const parts = createParts({
    options,
    store,
    engine,
    logger,
    traffic,
    metrics: metrics?.metrics,
    addressing: () => addressing,
  });
  undo.push(() => parts.platform.close());
  await parts.platform.ready();

  const mode = await chooseMode(options);
  await engine.started();
  await sweep(store, engine, logger);
  const port = await listen(parts.server, options);
  undo.push(() => close(parts, options.patience.stop));
  addressing = chooseAddressing(mode, options, port);
  const { host } = options;
  logger.info({ version, host, port, addressing: mode, directory: directory.path }, "Serving");
  undo.push(() => logger.info("Stopping"));
  // One that is minted is shown once: only when nothing can fail any more before it is.
  const minted = options.token === undefined ? await ensureToken() : undefined;
  return { port, minted, metricsUrl: metrics?.url, context: parts.platform.context };
}

interface MetricsInput {
  readonly options: ServerOptions;
  readonly store: Store;
  readonly engine: EmbeddedEngine;
  readonly traffic: Traffic;
  readonly logger: Logger;
  readonly undo: Undo;
}

/** Serves metrics where they are asked for; only then is anything of them loaded. */
async function startMetrics({ options, store, engine, traffic, logger, undo }: MetricsInput) {
  const { metricsPort: port, metricsHost: host } = options;
  if (port === undefined) return undefined;
  const { serveMetrics } = await import("./metrics/serve-metrics.ts");
  const served = await serveMetrics({ version, traffic, store, engine }, { port, host, logger });
  undo.push(() => served.stop());
  return served;
}

/** The store, with the account in it. */
async function openedStore(
  { path, storeUrl: url, reserve }: DataDirectory,
  { synchronous, user, now }: ServerOptions,
): Promise<Store> {
  const store = await openStore({ url, synchronous, reserve }).catch((error: unknown) => {
    throw new DataDirectoryUnusable(path, error);
  });
  await ensurePersonalOrganization(store, user, now());
  return store;
}

interface PartsInput {
  readonly options: ServerOptions;
  readonly store: Store;
  readonly engine: EmbeddedEngine;
  readonly logger: Logger;
  readonly traffic: Traffic;
  readonly metrics: Metrics | undefined;
  readonly addressing: () => Addressing;
}

/** What serves: the HTTP server, and what it hands requests to. */
function createParts(input: PartsInput) {
  const { options, store, engine, logger, traffic, metrics, addressing } = input;
  const { now, limits, patience } = options;
  const load = new Load(limits);
  const authorizer = new Authorizer(rememberedTokens, now);
  const admissions = new Admissions({ routes: store.routes, authorizer, logger });
  const platform = createPlatform({
    store,
    engine,
    hostnameOf: (label) => addressing().hostnameOf(label),
    now,
    version,
    faults: options.faults ? new Faults() : undefined,
    admit: (response) => load.admit(response) !== undefined,
    minted: (token) => authorizer.remember(token),
    answered: metrics && ((...answer) => metrics.answered(...answer)),
    logger,
  });
  const common = { engine, admissions, load, traffic, readerTimeout: patience.reader };
  const sockets = new Sockets({
    ...common,
    logger,
    maxMessageBytes: limits.requestBytes,
    pingInterval: patience.socketPing,
  });
  const server = createGateway({
    addressing,
    dataPlane: new DataPlane({ ...common, maxBodyBytes: limits.requestBytes }),
    sockets,
    site: new Site(logger, patience.reader),
    platform: (request, response) => platform.handle(request, response),
    headerTimeout: patience.header,
    keepAliveTimeout: patience.keepAlive,
  });
  return { platform, sockets, server, connections: connectionsOf(server) };
}

/** Removes what the last server could not. */
async function sweep(store: Store, engine: EmbeddedEngine, logger: Logger): Promise<void> {
  await sweepRemovals({ store, engine }).catch((error: unknown) => {
    logger.warn(
      error,
      "The files of a destroyed database could not be removed; the next start tries again",
    );
  });
}

async function chooseMode({ addressing, domain }: ServerOptions): Promise<AddressingMode> {
  if (addressing !== "auto") return addressing;
  return domain !== undefined || (await resolvesLocalhostNames()) ? "host" : "path";
}

function chooseAddressing(mode: AddressingMode, options: ServerOptions, port: number): Addressing {
  const host = mode === "host" ? "localhost" : reachableHost(options.host);
  return new Addressing(mode, options.domain ?? `${host}:${port}`);
}

interface Listening {
  readonly server: Server;
  readonly sockets: Sockets;
  readonly connections: ReadonlySet<Socket>;
}

/** @param patience how long, in milliseconds, requests under way may take */
async function close(listening: Listening, patience: number): Promise<void> {
  const { server, sockets, connections } = listening;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  sockets.close();
  // Those that are busy become idle when their answer has gone out.
  const idle = setInterval(() => {
    server.closeIdleConnections();
    // To Node, one is busy from its beginning on; clients keep some for later.
    for (const socket of connections) if (socket.bytesRead === 0) socket.destroy();
  }, 20);
  const overdue = setTimeout(() => {
    for (const socket of connections) socket.destroy();
  }, patience);
  await closed;
  clearInterval(idle);
  clearTimeout(overdue);
}
