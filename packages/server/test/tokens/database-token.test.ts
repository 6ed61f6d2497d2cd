import { createHmac, createPrivateKey, sign } from "node:crypto";
import fc from "fast-check";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { expect, test } from "vitest";
import {
  generateSigningKey,
  mintDatabaseToken,
  type SigningKey,
  verifyDatabaseToken,
} from "../../src/tokens/database-token.ts";
import { parseExpiration } from "../../src/tokens/expiration.ts";

const databaseId = "5f6b1f0e-3c7d-4b58-9a86-2f1f0c9f7d11";
const now = Date.UTC(2030, 0, 1) + 123;
const key = await generateSigningKey();

function mint(expiration = "never", access: "full-access" | "read-only" = "full-access") {
  const parsed = parseExpiration(expiration);
  if (parsed.kind === "invalid") throw new Error(parsed.reason);
  const minted = mintDatabaseToken(key, { databaseId, access, expiration: parsed, now });
  return minted.token;
}

const verify = (token: string, at = now) =>
  verifyDatabaseToken(token, key.publicKey, databaseId, at);

function encode(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return Buffer.from(text).toString("base64url");
}

/** Signs anything with a database's key, as nobody but the server can. */
function forge(header: unknown, payload: unknown, { privateKey, publicKey }: SigningKey = key) {
  const jwk = { kty: "OKP", crv: "Ed25519", d: privateKey, x: publicKey };
  const content = `${encode(header)}.${encode(payload)}`;
  const signature = sign(null, Buffer.from(content), createPrivateKey({ key: jwk, format: "jwk" }));
  return `${content}.${signature.toString("base64url")}`;
}

const header = { alg: "EdDSA", typ: "JWT" };
const claims = { a: "rw", id: databaseId, iat: 0 };

test("a token says what it allows, for which database, and since when", async () => {
  const token = mint("1h", "read-only");
  expect(decodeProtectedHeader(token)).toEqual(header);
  const iat = Math.floor(now / 1000);
  expect(decodeJwt(token)).toEqual({ a: "ro", id: databaseId, iat, exp: iat + 3600 });
  expect(decodeJwt(mint())).toEqual({ a: "rw", id: databaseId, iat });
});

test("no two databases get the same key, however many are made at once", async () => {
  const together = await Promise.all(Array.from({ length: 20 }, () => generateSigningKey()));
  const keys = [key, ...together, await generateSigningKey(), await generateSigningKey()];
  expect(new Set(keys.map(({ privateKey }) => privateKey)).size).toBe(keys.length);
  expect(new Set(keys.map(({ publicKey }) => publicKey)).size).toBe(keys.length);
});

test("a key signs the same when it is new and when it comes from the store", () => {
  const token = mint("1d", "read-only");
  expect(forge(header, decodeJwt(token))).toBe(token);
});

test("a valid token is verified", async () => {
  expect(await verify(mint())).toEqual({ access: "full-access", expiresAt: undefined });
  expect(await verify(mint("1d", "read-only"))).toEqual({
    access: "read-only",
    expiresAt: (Math.floor(now / 1000) + 86_400) * 1000,
  });
});

test.each([
  ["1s", 1_000],
  ["9.999s", 9_999],
  ["1500us", 2],
  ["3ns", 1],
])(
  "a token for %s is good for exactly that, rounded up to milliseconds",
  async (text, lifetime) => {
    const token = mint(text);
    expect(await verify(token, now + lifetime - 1)).toMatchObject({ expiresAt: now + lifetime });
    expect(await verify(token, now + lifetime)).toMatchObject({ kind: "expired" });
  },
);

test("from ten seconds on, exp is whole", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 10_000, max: 10_000_000 }), async (milliseconds) => {
      const { exp, iat } = decodeJwt(mint(`${milliseconds}ms`));
      expect(exp).toBe((iat ?? 0) + Math.ceil(milliseconds / 1000));
    }),
  );
});

test("the longest lifetime there is still makes a token", async () => {
  expect(await verify(mint("9223372036854775807ns"))).toMatchObject({
    access: "full-access",
  });
});

test("a token of another database is refused: its key is another one", async () => {
  const other = await generateSigningKey();
  const { token } = mintDatabaseToken(other, {
    databaseId,
    access: "full-access",
    expiration: { kind: "never" },
    now,
  });
  expect(await verify(token)).toMatchObject({ kind: "wrong_key" });
});

test("a token for another database is refused, even with the right key", async () => {
  const token = forge(header, { ...claims, id: "another" });
  expect(await verify(token)).toMatchObject({ kind: "wrong_database" });
  const { id: _, ...anonymous } = claims;
  expect(await verify(forge(header, anonymous))).toMatchObject({ kind: "wrong_database" });
});

test("alg none is refused, signed or not", async () => {
  for (const alg of ["none", "None", "NONE", ""]) {
    const unsigned = `${encode({ alg, typ: "JWT" })}.${encode(claims)}.`;
    expect(await verify(unsigned)).toMatchObject({ kind: "wrong_algorithm" });
    expect(await verify(forge({ alg, typ: "JWT" }, claims))).toMatchObject({
      kind: "wrong_algorithm",
    });
  }
});

test("HS256 with the public key as its secret is refused, in every form of the key", async () => {
  const { publicKey } = key;
  const raw = Buffer.from(publicKey, "base64url");
  const der = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), raw]);
  const pem = `-----BEGIN PUBLIC KEY-----\n${der.toString("base64")}\n-----END PUBLIC KEY-----\n`;
  for (const secret of [publicKey, raw, der, pem, pem.trim()]) {
    for (const alg of ["HS256", "EdDSA"]) {
      const content = `${encode({ alg, typ: "JWT" })}.${encode(claims)}`;
      const mac = createHmac("sha256", secret).update(content).digest("base64url");
      expect(await verify(`${content}.${mac}`)).toMatchObject({
        kind: alg === "HS256" ? "wrong_algorithm" : "wrong_key",
      });
    }
  }
});

test.each(["RS256", "ES256", "Ed25519", "eddsa", "PS512", 7, null, undefined])(
  "the algorithm %s is refused",
  async (alg) => {
    expect(await verify(forge({ alg, typ: "JWT" }, claims))).toMatchObject({
      kind: alg === undefined ? "malformed" : "wrong_algorithm",
    });
  },
);

test("a key that the token brings along counts for nothing", async () => {
  const own = await generateSigningKey();
  const jwk = { kty: "OKP", crv: "Ed25519", x: own.publicKey };
  const token = forge({ ...header, jwk, jku: "https://example.com/keys" }, claims, own);
  expect(await verify(token)).toMatchObject({ kind: "wrong_key" });
});

test("extensions that are declared critical are refused, and so is an unencoded payload", async () => {
  expect(await verify(forge({ ...header, crit: ["exp"], exp: 1 }, claims))).toMatchObject({
    kind: "malformed",
  });
  expect(await verify(forge({ ...header, crit: ["b64"], b64: false }, claims))).toHaveProperty(
    "kind",
  );
});

test("no character of a token can be changed", async () => {
  const token = mint("1d", "read-only");
  for (let index = 0; index < token.length; index += 1) {
    const letter = token.charAt(index) === "A" ? "B" : "A";
    const changed = token.slice(0, index) + letter + token.slice(index + 1);
    expect(await verify(changed), `changed at ${index}`).toHaveProperty("kind");
  }
});

test("a token has one spelling: bits of its last character that say nothing are as they were minted", async () => {
  const token = mint();
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const last = letters.indexOf(token.at(-1) ?? "");
  for (const bits of [1, 2, 8, 15]) {
    const respelled = token.slice(0, -1) + letters.charAt(last ^ bits);
    expect(Buffer.from(respelled, "base64url")).toEqual(Buffer.from(token, "base64url"));
    expect(await verify(respelled)).toMatchObject({ kind: "malformed" });
  }
});

test("a read-only token cannot be given the claims of another", async () => {
  const [, payload] = mint().split(".");
  const [first, , last] = mint("never", "read-only").split(".");
  expect(await verify(`${first}.${payload}.${last}`)).toMatchObject({ kind: "wrong_key" });
});

test.each([
  "",
  ".",
  "..",
  "a.b",
  "a.b.c",
  "a.b.c.d",
  " ",
  "ldb_AAAA",
  `${encode(header)}.${encode(claims)}`,
  `${encode("[]")}.${encode(claims)}.AAAA`,
  `${encode("{")}.${encode(claims)}.AAAA`,
  "é.é.é",
  "x".repeat(5000),
  `${encode(header)}.${"x".repeat(5000)}.AAAA`,
])("%j is malformed", async (token) => {
  expect(await verify(token)).toMatchObject({ kind: "malformed" });
});

test("white space around or in a token is refused", async () => {
  const token = mint();
  for (const changed of [` ${token}`, `${token} `, `${token}\n`, token.replace(".", " .")]) {
    expect(await verify(changed)).toMatchObject({ kind: "malformed" });
  }
});

test.each([
  ["no claims", "null"],
  ["a list", []],
  ["text", '"x"'],
  ["no JSON", "{"],
  ["no access", { id: databaseId, iat: 0 }],
  ["an unknown access", { ...claims, a: "admin" }],
  ["exp as text", { ...claims, exp: "9999999999" }],
  ["exp null", { ...claims, exp: null }],
  ["exp without end", '{"a":"rw","id":"5f6b1f0e-3c7d-4b58-9a86-2f1f0c9f7d11","exp":1e999}'],
])("claims are refused: %s", async (_, payload) => {
  expect(await verify(forge(header, payload))).toMatchObject({ kind: "bad_claims" });
});

test("an expired token is refused from its last millisecond on, without leeway", async () => {
  const exp = Math.floor(now / 1000);
  expect(await verify(forge(header, { ...claims, exp }))).toMatchObject({ kind: "expired" });
  expect(await verify(forge(header, { ...claims, exp: 0 }))).toMatchObject({ kind: "expired" });
  expect(await verify(forge(header, { ...claims, exp: -1 }))).toMatchObject({ kind: "expired" });
  expect(await verify(forge(header, { ...claims, exp: now / 1000 }))).toMatchObject({
    kind: "expired",
  });
  const later = (now + 1) / 1000;
  expect(await verify(forge(header, { ...claims, exp: later }))).toMatchObject({
    expiresAt: now + 1,
  });
});

test("keys are new each time and have the form of a JWK's parts", async () => {
  const other = await generateSigningKey();
  expect(other).not.toEqual(key);
  for (const part of [other.privateKey, other.publicKey]) expect(part).toMatch(/^[\w-]{43}$/);
});
