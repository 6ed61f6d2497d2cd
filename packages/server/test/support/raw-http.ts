import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** One response as it came over the wire. */
export interface RawResponse {
  readonly status: number;
  readonly body: string;
  /** All of it. */
  readonly text: string;
}

/** A connection of its own to the server of a URL; that it breaks is no error. */
export function connectTo(url: string): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => {});
  return socket;
}

/** A POST to a database as it goes over the wire, with a connection that stays open. */
export function postAsText(
  { url, token }: { readonly url: string; readonly token?: string },
  path: string,
  body: unknown,
  headers: readonly string[] = [],
): string {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return [
    `POST ${new URL(path, url).pathname} HTTP/1.1`,
    "host: x",
    ...(token === undefined ? [] : [`authorization: Bearer ${token}`]),
    ...headers,
    `content-length: ${Buffer.byteLength(text)}`,
    "",
    text,
  ].join("\r\n");
}

/**
 * Sends bytes over a connection of their own and reads until the server closes it, or is silent
 * for a while after it has answered.
 *
 * @param lines the request, line by line; `\r\n` is put between them
 */
export async function exchange(url: string, lines: readonly string[]): Promise<RawResponse[]> {
  const socket = connectTo(url);
  let received = "";
  socket.setEncoding("utf8");
  socket.on("data", (text: string) => {
    received += text;
    // What was smuggled would be answered at once.
    socket.setTimeout(100, () => socket.end());
  });
  socket.on("error", () => {});
  socket.setTimeout(5_000, () => socket.destroy());
  socket.write(lines.join("\r\n"));
  await once(socket, "close");
  return responses(received);
}

function responses(text: string): RawResponse[] {
  return text
    .split(/(?=HTTP\/1\.1 \d{3} )/)
    .filter((each) => each !== "")
    .map((each) => ({
      status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(each)?.[1]),
      text: each,
      body: each.slice(each.indexOf("\r\n\r\n") + 4),
    }));
}
