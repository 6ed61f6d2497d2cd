import { createClient } from "@libsql/client";
import { createPlatform } from "@logicaldb/client";

const { LOGICALDB_URL: baseUrl = "http://127.0.0.1:8080", LOGICALDB_TOKEN: token = "" } =
  process.env;
const { LOGICALDB_ORGANIZATION: organization = "local" } = process.env;
const { databases, instances } = createPlatform({ baseUrl, token, organization });

await databases.create({ name: "acme" });
await instances.create("acme", { location: "local" });
const db = createClient(await databases.connect("acme")); // mints a token
await db.batch(["CREATE TABLE notes (text)", "INSERT INTO notes VALUES ('hello')"], "write");
console.log("read:", (await db.execute("SELECT text FROM notes")).rows[0]?.["text"]);
await databases.tokens.invalidateAll("acme");
await db.execute("SELECT 1").catch((error: Error) => console.log("refused:", error.message));
await databases.destroy("acme");
