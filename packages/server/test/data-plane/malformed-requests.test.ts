import { describe, expect, it } from "vitest";
import { execute, send } from "../support/hrana.ts";
import { useDatabase, useServer } from "../support/server.ts";

const server = useServer();
const database = useDatabase(server);

describe("malformed requests", () => {
  it.each([
    ["not JSON", "{"],
    ["an array", []],
    ["no requests", {}],
    ["an unknown request", { requests: [{ type: "dance" }] }],
    ["a statement without SQL", { requests: [{ type: "execute", stmt: {} }] }],
    [
      "an integer as a number",
      { requests: [execute("SELECT ?", [{ type: "integer", value: 1 }])] },
    ],
    [
      "an integer of more than 64 bits",
      { requests: [execute("SELECT ?", [{ type: "integer", value: "9223372036854775808" }])] },
    ],
    [
      "a blob that is not base64",
      { requests: [execute("SELECT ?", [{ type: "blob", base64: "§" }])] },
    ],
    [
      "a float that is none of 64 bits",
      '{"requests":[{"type":"execute","stmt":{"sql":"SELECT ?","args":[{"type":"float","value":1e400}]}}]}',
    ],
    ["a boolean", { requests: [execute("SELECT ?", [true])] }],
    ["a baton that is a number", { baton: 1, requests: [] }],
    [
      "a condition that looks ahead",
      {
        requests: [
          {
            type: "batch",
            batch: { steps: [{ condition: { type: "ok", step: 0 }, stmt: { sql: "SELECT 1" } }] },
          },
        ],
      },
    ],
  ])("are refused: %s", async (_, body) => {
    const answer = await send(database, "/v3/pipeline", body, database.token);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      code: expect.stringMatching(/^INVALID_/),
      message: expect.any(String),
      error: expect.any(String),
    });
  });

  it("are told what they must be", async () => {
    const stmt = { sql: "SELECT 1", want_rows: 1 };
    const body = { requests: [{ type: "execute", stmt }] };
    const answer = await send(database, "/v3/pipeline", body, database.token);
    expect(answer.body.message).toBe("requests[0].stmt.want_rows must be a boolean");
  });

  it("are refused where they nest without end", async () => {
    const condition = `${'{"type":"not","cond":'.repeat(5_000)}{"type":"is_autocommit"}${"}".repeat(5_000)}`;
    const steps = `[{"condition":${condition},"stmt":{"sql":"SELECT 1"}}]`;
    const body = `{"requests":[{"type":"batch","batch":{"steps":${steps}}}]}`;
    const answer = await send(database, "/v3/pipeline", body, database.token);
    expect(answer.status).toBe(400);
  });
});
