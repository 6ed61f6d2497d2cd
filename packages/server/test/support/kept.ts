import { vi } from "vitest";
import { run } from "./hrana.ts";
import type { TestDatabase, TestServer } from "./server.ts";

/** A database named `shop` with a row that nothing may take away. */
export async function createShop(server: TestServer): Promise<TestDatabase> {
  const shop = await server.createDatabase("shop");
  await run(shop, "CREATE TABLE kept (a)");
  await run(shop, "INSERT INTO kept VALUES ('row')");
  return shop;
}

/** Waits until the row is read: an engine process that was ended is back in a moment. */
export async function untilKept(shop: TestDatabase): Promise<void> {
  await vi.waitFor(async () => {
    const { rows, ...refusal } = await run(shop, "SELECT a FROM kept");
    if (rows?.[0]?.[0]?.value !== "row") throw new Error(`lost: ${JSON.stringify(refusal)}`);
  }, 10_000);
}
