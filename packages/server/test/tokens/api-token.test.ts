import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import {
  generateApiToken,
  hashApiToken,
  looksLikeDatabaseToken,
} from "../../src/tokens/api-token.ts";

test("a token is 256 random bits with a prefix, known by its SHA-256", () => {
  const { id, token, hash } = generateApiToken();
  expect(token).toMatch(/^ldb_[\w-]{43}$/);
  expect(hash).toBe(createHash("sha256").update(token).digest("hex"));
  expect(hash).toBe(hashApiToken(token));
  const bytes = Buffer.from(id, "base64url");
  expect([id.length, bytes.length, (bytes[6] ?? 0) >> 4]).toEqual([22, 16, 4]);
  expect(generateApiToken().token).not.toBe(token);
});

test("three segments look like a database token, a platform token never does", () => {
  expect(looksLikeDatabaseToken("eyJh.eyJp.c2ln")).toBe(true);
  expect(looksLikeDatabaseToken("eyJh.eyJp.")).toBe(true);
  for (const other of ["", "a.b", "a.b.c.d", "a.b c.d", generateApiToken().token]) {
    expect(looksLikeDatabaseToken(other)).toBe(false);
  }
});
