import { createPlatform } from "@logicaldb/client";
import { startPlatform, type TestPlatform } from "@logicaldb/server/testing";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { answers } from "./answers.ts";

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startPlatform();
});
beforeEach(() => platform.reset());
afterAll(() => platform.stop());

test("a token expires when its time is over, and not before", async () => {
  const { clock, client } = platform;
  const { url } = await platform.createDatabase("shop");
  const token = {
    url,
    authToken: await client.databases.tokens.mint("shop", { expiration: "2h" }),
  };
  expect(await answers(token)).toBe(true);
  clock.advance("1h59m");
  expect(await answers(token)).toBe(true);
  clock.advance(61_000);
  await expect(answers(token)).rejects.toThrow(/AUTH_JWT_EXPIRED/);
});

test("clients that keep the clock renew their tokens by it", async () => {
  const { clock, url: baseUrl, token, slug: organization } = platform;
  await platform.createDatabase("shop");
  const application = createPlatform({ baseUrl, token, organization, clock });
  for (const { databases } of [platform.client, application]) {
    const first = await databases.connect("shop", { expiration: "1d" });
    clock.advance("20h");
    const second = await databases.connect("shop", { expiration: "1d" });
    expect(second.authToken).not.toBe(first.authToken);
    clock.advance("5h");
    await expect(answers(first)).rejects.toThrow(/AUTH_JWT_EXPIRED/);
    expect(await answers(second)).toBe(true);
  }
});

test("a token that never expires does not, and a reset puts the clock right", async () => {
  const { clock } = platform;
  const before = clock.now();
  const database = await platform.createDatabase("shop");
  clock.advance("5000w");
  expect(await answers(database)).toBe(true);
  expect(clock.now() - before).toBeGreaterThanOrEqual(5000 * 7 * 86_400_000);
  await platform.reset();
  const earliest = Date.now();
  const now = clock.now();
  expect(now).toBeGreaterThanOrEqual(earliest);
  expect(now).toBeLessThanOrEqual(Date.now());
});

test("nobody waits for it: it moves the time, and a pause takes as long as ever", async () => {
  const { clock } = platform;
  const controller = new AbortController();
  const pause = clock.sleep(60_000, controller.signal);
  clock.advance("1h");
  const reason = new Error("enough");
  controller.abort(reason);
  await expect(pause).rejects.toBe(reason);
});

test.each([-1, Number.NaN, "soon", "-2h", "never", "5"])("%j is refused", (duration) => {
  const { clock } = platform;
  const before = clock.now();
  expect(() => clock.advance(duration)).toThrow(RangeError);
  expect(clock.now() - before).toBeLessThan(60_000);
});
