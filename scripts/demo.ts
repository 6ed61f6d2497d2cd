import { createClient as connect } from "@libsql/client";
import { createClient } from "@logicaldb/client";

const { LOGICALDB_URL: baseUrl = "http://127.0.0.1:8080", LOGICALDB_TOKEN: token = "" } =
  process.env;
const platform = createClient({ baseUrl, token });
const acme = { params: { path: { org_slug: "local", db_name: "acme" } } };
const databases = "/v1/organizations/{org_slug}/databases";

const { database } = await platform.POST(databases, { ...acme, body: { name: "acme" } });
await platform.POST(`${databases}/{db_name}/instances`, { ...acme, body: { location: "local" } });
const { jwt } = await platform.POST(`${databases}/{db_name}/auth/tokens`, acme);
const db = connect({ url: platform.databaseUrl(database), authToken: jwt });
await db.batch(["CREATE TABLE notes (text)", "INSERT INTO notes VALUES ('hello')"], "write");
console.log("read:", (await db.execute("SELECT text FROM notes")).rows[0]?.["text"]);
await platform.POST(`${databases}/{db_name}/auth/rotate`, acme);
await db.execute("SELECT 1").catch((error: Error) => console.log("refused:", error.message));
await platform.DELETE(`${databases}/{db_name}`, acme);
