import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { createServer, type LookupFunction } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPlatform, type Platform } from "@logicaldb/client";
import { startServer, type RunningServer } from "@logicaldb/server";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { blockOf, missing } from "./guide.ts";

const domain = "db.example.com";
const token = "the-platform-token-behind-the-proxy";
const directory = mkdtempSync(join(tmpdir(), "logicaldb-proxy-"));
const [certificate, key] = [join(directory, "db.crt"), join(directory, "db.key")];

beforeAll(() => {
  if (missing("openssl") !== undefined) return;
  const names = `subjectAltName=DNS:${domain},DNS:*.${domain}`;
  const made = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=${domain} -addext`;
  const files = ["-out", certificate, "-keyout", key];
  execFileSync("openssl", [...made.split(" "), names, ...files], { stdio: "pipe" });
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** What of the guide's files is different on this machine. */
interface Place {
  readonly port: number;
  readonly server: string;
}

const proxies = {
  nginx: ({ port, server }: Place) => {
    const path = join(directory, "nginx.conf");
    const http = blockOf("nginx")
      .replace("127.0.0.1:8080", server)
      .replace("listen 443 ssl", `listen 127.0.0.1:${port} ssl`)
      .replace("client_max_body_size 64m", "client_max_body_size 1m")
      .replaceAll("/etc/ssl", directory);
    const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
      (name) => `${name}_temp_path ${join(directory, name)};`,
    );
    const own = `daemon off; pid ${join(directory, "pid")}; error_log stderr warn; events {}`;
    writeFileSync(path, `${own} http { access_log off; ${temporary.join(" ")} ${http} }`);
    return spawn("nginx", ["-p", directory, "-c", path], { stdio: ["ignore", "ignore", "pipe"] });
  },
  caddy: ({ port, server }: Place) => {
    const path = join(directory, "Caddyfile");
    const sites = blockOf("caddyfile")
      .replace("127.0.0.1:8080", server)
      .replaceAll(/https:\/\/([\w.*]+)/g, `https://$1:${port}`)
      .replaceAll("/etc/ssl", directory);
    writeFileSync(path, `{\n admin off\n auto_https disable_redirects\n}\n${sites}`);
    return spawn("caddy", ["run", "--config", path, "--adapter", "caddyfile"], {
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, XDG_DATA_HOME: directory, XDG_CONFIG_HOME: directory },
    });
  },
} as const;

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** Every name leads to this machine, and the certificate is trusted. */
function here(): { ca: Buffer; lookup: LookupFunction } {
  return {
    ca: readFileSync(certificate),
    lookup: (_name, _options, done) => done(null, [{ address: "127.0.0.1", family: 4 }]),
  };
}

/** `fetch` where names and certificates are those of {@link here}. */
async function fetchHere(url: string, init: RequestInit = {}): Promise<Response> {
  const headers = Object.fromEntries(new Headers(init.headers));
  const sent = request(url, { method: init.method ?? "GET", headers, ...here() });
  sent.end(init.body ?? undefined);
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  const parts: Buffer[] = [];
  for await (const part of answer) parts.push(Buffer.from(part));
  const type = answer.headers["content-type"] ?? "";
  const status = answer.statusCode ?? 0;
  return new Response(Buffer.concat(parts), { status, headers: { "content-type": type } });
}

describe.each([
  ["nginx", "host", "413 as a page"],
  ["nginx", "path", "413 as a page"],
  ["caddy", "host", "413 of the server"],
  ["caddy", "path", "413 of the server"],
] as const)("behind %s, with names by %s,", (name, addressing, tooLarge) => {
  const reason = missing(name) ?? missing("openssl");
  let server: RunningServer;
  let proxy: ChildProcess;
  let platform: Platform;

  beforeAll(async () => {
    if (reason !== undefined) return;
    const port = await freePort();
    server = await startServer({
      port: 0,
      dataDir: undefined,
      token,
      addressing,
      domain: `${domain}:${port}`,
      limits: { requestBytes: 2 ** 20 },
    });
    proxy = proxies[name]({ port, server: new URL(server.url).host });
    const baseUrl = `https://${domain}:${port}`;
    await vi.waitFor(() => fetchHere(`${baseUrl}/_local/health`), { timeout: 20_000 });
    platform = createPlatform({ baseUrl, token, organization: "local", fetch: fetchHere });
  });
  afterAll(async () => {
    if (reason !== undefined) return;
    proxy.kill();
    await once(proxy, "exit");
    await server.stop();
  });

  it.skipIf(reason !== undefined)(
    "databases are made, and queried by HTTP and WebSocket",
    async () => {
      await platform.databases.ensure("shop", { location: "local" });
      const { url, authToken } = await platform.databases.connect("shop");
      expect(url).toMatch(
        addressing === "host"
          ? /^libsql:\/\/shop-local\.db\.example\.com:\d+$/
          : /^libsql:\/\/db\.example\.com:\d+\/shop-local\/$/,
      );
      const http = url.replace(/^libsql/, "https").replace(/\/?$/, "/");
      const blob = randomBytes(400_000).toString("base64").replace(/=*$/, "");
      const stmt = { sql: "SELECT ?", args: [{ type: "blob", base64: blob }] };
      const body = JSON.stringify({ requests: [{ type: "execute", stmt }, { type: "close" }] });
      const headers = { authorization: `Bearer ${authToken}` };
      const answer = await fetchHere(`${http}v3/pipeline`, { method: "POST", headers, body });
      const result = { rows: [[{ type: "blob", base64: blob }]] };
      expect(await answer.json()).toMatchObject({ results: [{ response: { result } }, {}] });

      const socket = new WebSocket(http.replace(/^https/, "wss"), ["hrana3"], here());
      await once(socket, "open");
      socket.send(JSON.stringify({ type: "hello", jwt: authToken }));
      const [hello] = await once(socket, "message");
      expect(JSON.parse(String(hello))).toEqual({ type: "hello_ok" });
      socket.close();
      await once(socket, "close");
    },
  );

  it.skipIf(reason !== undefined)(
    "a body over the limit is refused as the guide says",
    async () => {
      await platform.databases.ensure("large", { location: "local" });
      const { url, authToken } = await platform.databases.connect("large");
      const http = url.replace(/^libsql/, "https").replace(/\/?$/, "/");
      const answer = await fetchHere(`${http}v3/pipeline`, {
        method: "POST",
        headers: { authorization: `Bearer ${authToken}`, "content-length": "2000000" },
        body: "x".repeat(2_000_000),
      });
      expect(answer.status).toBe(413);
      const text = await answer.text();
      expect(text.includes("BODY_TOO_LARGE")).toBe(tooLarge === "413 of the server");
    },
  );
});
