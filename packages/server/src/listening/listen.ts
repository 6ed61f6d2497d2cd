import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { CannotListen } from "./cannot-listen.ts";
import type { ServerOptions } from "../options/options.ts";

type Address = Pick<ServerOptions, "port" | "host">;

/**
 * Makes a server listen.
 *
 * @param flags by which port and address are chosen
 * @returns the port, also where it was picked
 * @throws CannotListen saying what to do about it
 */
export async function listen(
  server: Server,
  { port, host }: Address,
  flags = { port: "--port", host: "--host" },
): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) =>
      reject(new CannotListen(reasonOf(error, { port, host }, flags), error)),
    );
    server.listen(port, host, resolve);
  });
  const address: AddressInfo | string | null = server.address();
  return typeof address === "object" && address !== null ? address.port : port;
}

function reasonOf(
  error: NodeJS.ErrnoException,
  { port, host }: Address,
  flags: { readonly port: string; readonly host: string },
): string {
  switch (error.code) {
    case "EADDRINUSE":
      return `Port ${port} of ${host} is taken: stop what listens there, or choose another ${flags.port} (0 picks a free one)`;
    case "EACCES":
      return `Port ${port} may not be used by this user: choose a ${flags.port} from 1024 on`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `This machine has no address ${host}: choose another ${flags.host}`;
    default:
      return `The server cannot listen on port ${port} of ${host}: ${error.message}`;
  }
}
