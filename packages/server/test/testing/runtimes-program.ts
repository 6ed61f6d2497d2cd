import { createClient } from "@libsql/client/web";
import { startPlatform } from "@logicaldb/server/testing";

const platform = await startPlatform();
const template = await platform.template("CREATE TABLE items (name)");
const shop = createClient(await platform.createDatabase("shop", template));
await shop.execute("INSERT INTO items VALUES ('tea')");
console.log((await shop.execute("SELECT name FROM items")).rows[0]?.["name"]);
shop.close();
await platform.stop();
