import type { Server } from "node:http";
import type { Socket } from "node:net";
import pino from "pino";
import { ensureAccessToken } from "./store/access-token.ts";
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
import { listen } from "./listening/listen.ts";
import type { ServerOptions } from "./options/options.ts";
import { createPlatform } from "./platform/app.ts";
import { Faults } from "./platform/faults.ts";
import { sweepRemovals } from "./platform/sweep.ts";
import { reachableHost } from "./listening/reachable-host.ts";
import type { Undo } from "./launch.ts";
import { openStore } from "./store/open.ts";
import { ensurePersonalOrganization } from "./store/organizations.ts";
import { findRoute } from "./store/routes.ts";
import { version } from "./version.ts";

/** Verified database tokens that are remembered. */
const rememberedTokens = 50_000;

interface Parts {
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
export async function serve({ options, directory, engine, undo }: Parts) {
  const { storeUrl: url, reserve } = directory;
  const { synchronous } = options;
  const store = await openStore({ url, synchronous, reserve }).catch((error: unknown) => {
    throw new DataDirectoryUnusable(directory.path, error);
  });
  undo.push(() => store.close());
  const { now } = options;
  await ensurePersonalOrganization(store, options.user, now());
  const ensureToken = async () =>
    await ensureAccessToken(store, options.user, options.token, now());
  // One that is given is good before anybody can ask.
  if (options.token !== undefined) await ensureToken();

  const logger = pino({ level: options.logLevel }, pino.destination(2));
  if (directory.hasLostStore) {
    logger.warn(
      { directory: directory.path },
      "There are database files, but the store.db that knew of them is gone; put it back from a backup before you go on",
    );
  }
  const load = new Load(options.limits);
  let addressing = new Addressing("path", "");
  const authorizer = new Authorizer(rememberedTokens, now);
  const admissions = new Admissions({
    findRoute: (label) => findRoute(store, label),
    authorizer,
    logger,
  });
  const platform = createPlatform({
    store,
    engine,
    hostnameOf: (label) => addressing.hostnameOf(label),
    now,
    version,
    faults: options.faults ? new Faults() : undefined,
    admit: (response) => load.admit(response) !== undefined,
    minted: (token) => authorizer.remember(token),
    logger,
  });
  undo.push(() => platform.close());
  await platform.ready();

  const sockets = new Sockets({
    engine,
    admissions,
    logger,
    maxMessageBytes: options.limits.requestBytes,
    pingInterval: options.patience.socketPing,
    readerTimeout: options.patience.reader,
    load,
  });
  const server = createGateway({
    addressing: () => addressing,
    dataPlane: new DataPlane({
      admissions,
      engine,
      maxBodyBytes: options.limits.requestBytes,
      readerTimeout: options.patience.reader,
      load,
    }),
    sockets,
    site: new Site(),
    platform: (request, response) => platform.handle(request, response),
    headerTimeout: options.patience.header,
    keepAliveTimeout: options.patience.keepAlive,
  });

  const connections = connectionsOf(server);

  const mode = await chooseMode(options);
  await engine.started();
  await sweepRemovals({ store, engine }).catch((error: unknown) => {
    logger.warn(
      error,
      "The files of a destroyed database could not be removed; the next start tries again",
    );
  });
  const port = await listen(server, options);
  undo.push(() => close({ server, sockets, connections }, options.patience.stop));
  addressing = chooseAddressing(mode, options, port);
  // One that is minted is shown once: only when nothing can fail any more before it is.
  const minted = options.token === undefined ? await ensureToken() : undefined;
  return { port, minted, context: platform.context };
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
  const idle = setInterval(() => server.closeIdleConnections(), 20);
  const overdue = setTimeout(() => {
    for (const socket of connections) socket.destroy();
  }, patience);
  await closed;
  clearInterval(idle);
  clearTimeout(overdue);
}
