import { expect, test } from "vitest";
import {
  AuthenticationError,
  ConnectionError,
  createPlatform,
  DecodeError,
  ServerError,
} from "@logicaldb/client";
import { testClock } from "./support-transport.ts";
import { rejection, token } from "./support.ts";

const minute = 60_000;
const claims = btoa(JSON.stringify({ iat: 0, exp: 3_600 }));

/** A platform with a token that is good for an hour, and what its server does from then on. */
async function renewing(fetch: () => Response) {
  const clock = testClock();
  let answered = 0;
  const { databases } = createPlatform({
    token,
    organization: "acme",
    clock,
    retries: 0,
    fetch: () => {
      answered += 1;
      if (answered > 2) return fetch();
      return Response.json({ database: { Hostname: "h" }, jwt: `head.${claims}.signature` });
    },
  });
  const first = await databases.connect("shop");
  return { clock, databases, first, renewals: () => (answered - 2) / 2 };
}

const unreachable = () => {
  throw new TypeError("fetch failed");
};

test.each([
  ["cannot be reached", unreachable, ConnectionError],
  ["answers 503", () => new Response(null, { status: 503 }), ServerError],
] as const)("while the server %s, a token is given until it ends", async (_, fetch, kind) => {
  const { clock, databases, first, renewals } = await renewing(fetch);
  clock.time += 48 * minute;
  expect(await databases.connect("shop")).toEqual(first);
  expect(renewals()).toBe(1);
  // The next attempt is when half of what was left is over.
  clock.time += 6 * minute - 1;
  expect(await databases.connect("shop")).toEqual(first);
  expect(renewals()).toBe(1);
  clock.time += 1;
  expect(await databases.connect("shop")).toEqual(first);
  expect(renewals()).toBe(2);
  clock.time += 6 * minute;
  expect(await rejection(databases.connect("shop"))).toBeInstanceOf(kind);
});

test("a token is not given any more where the server refuses to renew it", async () => {
  const { clock, databases } = await renewing(() => new Response(null, { status: 401 }));
  clock.time += 48 * minute;
  expect(await rejection(databases.connect("shop"))).toBeInstanceOf(AuthenticationError);
});

test("one that is said to be worthless is not given again", async () => {
  const { databases } = await renewing(unreachable);
  const renewed = rejection(databases.connect("shop", { renew: true }));
  expect(await renewed).toBeInstanceOf(ConnectionError);
  expect(await rejection(databases.connect("shop"))).toBeInstanceOf(ConnectionError);
});

test("a database without a Hostname is no answer", async () => {
  const { databases } = createPlatform({
    token,
    organization: "acme",
    fetch: () => Response.json({ database: { Name: "shop" }, jwt: "jwt" }),
  });
  const error = await rejection(databases.connect("shop"));
  expect(error).toBeInstanceOf(DecodeError);
  expect(error).toHaveProperty("message", expect.stringContaining("has no Hostname"));
});
