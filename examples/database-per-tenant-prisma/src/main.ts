import { databases, defaultLocation } from "./platform.ts";
import { leave, migrateTenants, openTenant, signUp } from "./tenants.ts";

await signUp("ada");
await signUp("bob");
const ada = await openTenant("ada");
const bob = await openTenant("bob");
await ada.note.create({ data: { text: "mine alone" } });
console.log("ada's notes:", await ada.note.findMany());
console.log("bob's notes:", await bob.note.findMany());

// A sign-up that ended before its tables were there.
await databases.ensure("prisma-example-eve", { location: await defaultLocation() });
console.log("migrated:", (await migrateTenants()).join(", "));
const eve = await openTenant("eve");
console.log("eve's notes:", await eve.note.findMany());

for (const db of [ada, bob, eve]) await db.$disconnect();
for (const tenant of ["ada", "bob", "eve"]) await leave(tenant);
console.log("left: ada, bob, eve");
