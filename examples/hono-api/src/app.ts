import { DatabaseNotFoundError } from "@logicaldb/client";
import { Hono } from "hono";
import { validator } from "hono/validator";
import { inDatabase, leave, signUp } from "./tenants.ts";

const noteInput = validator("json", (input: unknown, c) => {
  if (isNote(input)) return input;
  return c.json({ error: 'expected {"text": "…"}' }, 400);
});

/** The routes of one tenant. In a real API, who calls decides the tenant, not the path. */
export const app = new Hono()
  .put("/tenants/:tenant{[a-z0-9]{1,32}}", async (c) => {
    const tenant = c.req.param("tenant");
    await signUp(tenant);
    return c.json({ tenant }, 201);
  })
  .delete("/tenants/:tenant{[a-z0-9]{1,32}}", async (c) => {
    await leave(c.req.param("tenant"));
    return c.body(null, 204);
  })
  .get("/tenants/:tenant{[a-z0-9]{1,32}}/notes", async (c) => {
    const { rows } = await inDatabase(c.req.param("tenant"), (db) =>
      db.execute("SELECT id, text FROM notes ORDER BY id"),
    );
    return c.json(rows);
  })
  .post("/tenants/:tenant{[a-z0-9]{1,32}}/notes", noteInput, async (c) => {
    const { text } = c.req.valid("json");
    const { rows } = await inDatabase(c.req.param("tenant"), (db) =>
      db.execute({ sql: "INSERT INTO notes (text) VALUES (?) RETURNING id, text", args: [text] }),
    );
    return c.json(rows[0], 201);
  })
  .onError((error, c) => {
    if (error instanceof DatabaseNotFoundError) return c.json({ error: "no such tenant" }, 404);
    console.error(error);
    return c.json({ error: "internal error" }, 500);
  });

function isNote(input: unknown): input is { text: string } {
  return (
    typeof input === "object" && input !== null && "text" in input && typeof input.text === "string"
  );
}
