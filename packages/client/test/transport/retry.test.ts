import { describe, expect, test } from "vitest";
import {
  ConnectionError,
  type Exchange,
  type Outcome,
  resilience,
  type ResilienceOptions,
  type RetryEvent,
} from "@logicaldb/client";
import { answer, exchange, failure, testClock } from "../support-transport.ts";
import { rejection } from "../support.ts";

const databases = "/v1/organizations/{org_slug}/databases";
const create = exchange({ operation: `POST ${databases}`, method: "POST" });

/** Sends one exchange over these outcomes, and says how often it was sent. */
async function run(
  outcomes: readonly Outcome[],
  { of = exchange(), ...options }: ResilienceOptions & { of?: Exchange } = {},
) {
  const clock = testClock();
  const attempts: number[] = [];
  const transport = resilience({ clock, ...options })(async ({ attempt }) => {
    attempts.push(attempt);
    const outcome = outcomes[Math.min(attempt, outcomes.length) - 1];
    if (outcome === undefined) throw new Error("no outcome");
    return outcome;
  });
  const last = await transport(of);
  return { last, attempts: attempts.length, slept: clock.slept };
}

describe("repeated, at most twice, with pauses that grow", () => {
  test.each([408, 429, 500, 502, 503, 504])("%i", async (status) => {
    const { last, attempts, slept } = await run([answer(status)]);
    expect(last.response?.status).toBe(status);
    expect(attempts).toBe(3);
    expect(slept).toEqual([250, 500]);
  });

  test.each(["ECONNRESET", "ECONNREFUSED", "UND_ERR_SOCKET"])("%s", async (code) => {
    expect(await run([failure(code)])).toMatchObject({ attempts: 3 });
  });

  test("until it works", async () => {
    const { last, attempts } = await run([answer(503), answer(200)]);
    expect(last.response?.status).toBe(200);
    expect(attempts).toBe(2);
  });

  test.each([
    ["a DELETE", exchange({ operation: `DELETE ${databases}/{db_name}`, method: "DELETE" })],
    [
      "a POST that the contract declares idempotent",
      exchange({ operation: `POST ${databases}/{db_name}/auth/tokens`, method: "POST" }),
    ],
  ])("%s", async (_, of) => {
    expect(await run([answer(500)], { of })).toMatchObject({ attempts: 3 });
    expect(await run([failure("ECONNRESET")], { of })).toMatchObject({ attempts: 3 });
  });

  test("as often as the client or the call says", async () => {
    expect(await run([answer(500)], { retries: 0 })).toMatchObject({ attempts: 1 });
    expect(await run([answer(500)], { retries: 5 })).toMatchObject({ attempts: 6 });
    const of = exchange({ retries: 1 });
    expect(await run([answer(500)], { retries: 5, of })).toMatchObject({ attempts: 2 });
  });
});

describe("never repeated", () => {
  test.each([200, 301, 400, 401, 402, 403, 404, 405, 409, 413, 501])("a GET with %i", async (s) => {
    expect(await run([answer(s)])).toMatchObject({ attempts: 1, slept: [] });
  });

  test.each([408, 409, 429, 500, 502, 503, 504])("a POST with %i", async (status) => {
    expect(await run([answer(status)], { of: create })).toMatchObject({ attempts: 1 });
  });

  test.each(["ECONNRESET", "EPIPE", "UND_ERR_SOCKET", "ETIMEDOUT"])(
    "a POST that may have arrived: %s",
    async (code) => {
      expect(await run([failure(code)], { of: create })).toMatchObject({ attempts: 1 });
    },
  );

  test("a rotation of keys, which would also end the tokens minted since", async () => {
    const of = exchange({ operation: `POST ${databases}/{db_name}/auth/rotate`, method: "POST" });
    expect(await run([answer(503)], { of })).toMatchObject({ attempts: 1 });
  });
});

test.each(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "UND_ERR_CONNECT_TIMEOUT"])(
  "a POST is repeated where no connection was made: %s",
  async (code) => {
    expect(await run([failure(code)], { of: create })).toMatchObject({ attempts: 3 });
  },
);

test.each(["refused-orders", "(Connect)", "client error (Connect)"])(
  "a POST is not repeated for the sake of a name in its URL: %s",
  async (name) => {
    const said = `error sending request for url (http://a/${encodeURIComponent(name)}): client error (SendRequest)`;
    const cause = new TypeError("fetch failed", { cause: new Error(said) });
    const error = new ConnectionError("GET /v1/locations", "no answer", { cause });
    const lost: Outcome = { response: undefined, text: "", error };
    expect(await run([lost], { of: create })).toMatchObject({ attempts: 1 });
  },
);

test("a POST is repeated where Deno says that no connection was made", async () => {
  const said = "error sending request for url (http://127.0.0.1:1/): client error (Connect): dns";
  const cause = new TypeError("fetch failed", { cause: new Error(said) });
  const error = new ConnectionError("GET /v1/locations", "no answer", { cause });
  const unsent: Outcome = { response: undefined, text: "", error };
  expect(await run([unsent], { of: create })).toMatchObject({ attempts: 3 });
});

test("a POST is repeated where Node reached none of the host's addresses", async () => {
  // One keeps silent, and there is no way to the other: its code is that of the first.
  const each = ["ETIMEDOUT", "EHOSTUNREACH"].map((code) => Object.assign(new Error(), { code }));
  const all = Object.assign(new AggregateError(each), { code: "ETIMEDOUT" });
  const cause = new TypeError("fetch failed", { cause: all });
  const error = new ConnectionError("GET /v1/locations", "no answer", { cause });
  const unsent: Outcome = { response: undefined, text: "", error };
  expect(await run([unsent], { of: create })).toMatchObject({ attempts: 3 });
});

describe("Retry-After", () => {
  const date = "Thu, 01 Jan 2026 00:00:00 GMT";

  test.each([
    ["seconds", { "Retry-After": "3" }, 3_250],
    ["a date", { "Retry-After": "Thu, 01 Jan 2026 00:00:03 GMT" }, 3_250],
    // The server's clock is a month behind: what counts is what it says of itself.
    [
      "a date of a server whose clock is wrong",
      { "Retry-After": "Mon, 01 Dec 2025 00:00:07 GMT", Date: "Mon, 01 Dec 2025 00:00:00 GMT" },
      7_250,
    ],
    ["a date that is past", { "Retry-After": "Wed, 31 Dec 2025 00:00:00 GMT", Date: date }, 250],
    ["zero", { "Retry-After": "0" }, 250],
    ["nonsense", { "Retry-After": "soon" }, 250],
    ["nothing", { "Retry-After": "" }, 250],
  ])("as %s", async (_, headers, delay) => {
    const { slept } = await run([answer(429, headers), answer(200)]);
    expect(slept).toEqual([delay]);
  });

  test.each(["61", "99999999999999999999", "Fri, 01 Jan 2027 00:00:00 GMT"])(
    "over a minute (%s) makes the answer final",
    async (value) => {
      const { last, attempts } = await run([answer(429, { "Retry-After": value })]);
      expect(last.response?.status).toBe(429);
      expect(attempts).toBe(1);
    },
  );
});

test("pauses end at 8 s, and chance takes them anywhere below", async () => {
  const { slept } = await run([answer(500)], { retries: 7 });
  expect(slept).toEqual([250, 500, 1_000, 2_000, 4_000, 4_000, 4_000]);
});

test("onRetry is told before each pause", async () => {
  const events: RetryEvent[] = [];
  const options = { onRetry: (event: RetryEvent) => void events.push(event) };
  await run([answer(503), failure("ECONNRESET"), answer(200)], options);
  expect(events).toMatchObject([
    { operation: "GET /v1/locations", attempt: 1, delay: 250, status: 503, error: undefined },
    { attempt: 2, delay: 500, status: undefined, error: { name: "ConnectionError" } },
  ]);
});

test("an abort during a pause ends it with the reason", async () => {
  const controller = new AbortController();
  const reason = new Error("not needed any more");
  const options = { onRetry: () => controller.abort(reason) };
  const of = exchange({ signal: controller.signal });
  expect(await rejection(run([answer(503)], { ...options, of }))).toBe(reason);
});
