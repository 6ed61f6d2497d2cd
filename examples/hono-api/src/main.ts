import { serve, type ServerType } from "@hono/node-server";
import { app } from "./app.ts";

// Serves the API on a free port, and is its first caller.
const { server, url } = await listen();
await call("PUT", "/tenants/ada");
await call("PUT", "/tenants/bob");
await call("POST", "/tenants/ada/notes", { text: "mine alone" });
await call("POST", "/tenants/ada/notes", { words: "none" });
await call("GET", "/tenants/ada/notes");
await call("GET", "/tenants/bob/notes");
await call("GET", "/tenants/eve/notes");
await call("DELETE", "/tenants/ada");
await call("DELETE", "/tenants/bob");
server.close();

async function call(method: string, path: string, body?: unknown): Promise<void> {
  const response = await fetch(url + path, {
    method,
    headers: { "Content-Type": "application/json" },
    body: body === undefined ? null : JSON.stringify(body),
  });
  console.log(method, path, response.status, (await response.text()) || "(empty)");
  if (response.status >= 500) process.exitCode = 1;
}

function listen(): Promise<{ server: ServerType; url: string }> {
  return new Promise((resolve) => {
    const listening = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }, ({ port }) =>
      resolve({ server: listening, url: `http://127.0.0.1:${port}` }),
    );
  });
}
