import { createClient } from "@libsql/client/web";
import { DatabaseNotFoundError } from "@logicaldb/client";
import { type Env, platformOf } from "./platform.ts";

/** `PUT /ada` signs a tenant up, `POST /ada` counts a visit, `DELETE /ada` ends it. */
export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const [, tenant = ""] = new URL(request.url).pathname.split("/");
    if (!/^[a-z0-9]{1,32}$/.test(tenant)) return new Response("no such tenant", { status: 404 });
    const { databases, locations } = await platformOf(env);
    const name = `worker-example-${tenant}`;
    try {
      switch (request.method) {
        case "PUT": {
          const [location = ""] = Object.keys(await locations.list());
          await databases.ensure(name, { location });
          return new Response("welcome", { status: 201 });
        }
        case "POST": {
          const visits = await countVisit(await databases.connect(name, { expiration: "1h" }));
          return new Response(`visit ${visits}`);
        }
        case "DELETE":
          await databases.destroy(name);
          return new Response("goodbye");
        default:
          return new Response("PUT, POST or DELETE", { status: 405 });
      }
    } catch (error) {
      if (!(error instanceof DatabaseNotFoundError)) throw error;
      return new Response("no such tenant", { status: 404 });
    }
  },
};

async function countVisit(connection: { url: string; authToken: string }): Promise<number> {
  const db = createClient(connection);
  try {
    const [, , counted] = await db.batch(
      [
        "CREATE TABLE IF NOT EXISTS visits (at INTEGER NOT NULL)",
        "INSERT INTO visits VALUES (unixepoch())",
        "SELECT count(*) AS visits FROM visits",
      ],
      "write",
    );
    return Number(counted?.rows[0]?.["visits"]);
  } finally {
    db.close();
  }
}
