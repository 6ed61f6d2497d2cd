import { databases, defaultLocation } from "./platform.ts";
import { notes } from "./schema.ts";
import { leave, migrateTenants, openTenant, signUp } from "./tenants.ts";

await signUp("ada");
await signUp("bob");
const ada = await openTenant("ada");
const bob = await openTenant("bob");
await ada.insert(notes).values({ text: "mine alone" });
console.log("ada's notes:", await ada.select().from(notes));
console.log("bob's notes:", await bob.select().from(notes));

// A sign-up that ended before its tables were there.
await databases.ensure("drizzle-example-eve", { location: await defaultLocation() });
console.log("migrated:", (await migrateTenants()).join(", "));
const eve = await openTenant("eve");
console.log("eve's notes:", await eve.query.notes.findMany());

for (const db of [ada, bob, eve]) db.$client.close();
for (const tenant of ["ada", "bob", "eve"]) await leave(tenant);
console.log("left: ada, bob, eve");
