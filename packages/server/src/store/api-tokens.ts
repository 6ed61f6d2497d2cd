import { and, asc, eq, sql } from "drizzle-orm";
import { isConflictIn } from "./conflicts.ts";
import type { Store } from "./store.ts";
import { prepared } from "./prepared.ts";
import { apiTokens } from "./schema.ts";

/** A platform token without its value. */
export interface ApiToken {
  readonly id: string;
  readonly username: string;
  readonly name: string;
}

/** A platform token as it is stored. */
export interface StoredApiToken extends ApiToken {
  /** From `hashApiToken`. */
  readonly hash: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** Stores a new token; "exists" when the account has one of that name. */
export async function createApiToken(
  { db }: Store,
  token: StoredApiToken,
): Promise<"created" | "exists"> {
  try {
    await db.insert(apiTokens).values(token);
    return "created";
  } catch (error) {
    if (isConflictIn("api_tokens", error)) return "exists";
    throw error;
  }
}

/**
 * Stores a token under a name whether or not the account has one of that name, whose value then
 * stops being accepted. For the token of `--token` and for replacing a lost one.
 */
export async function replaceApiToken({ db }: Store, token: StoredApiToken): Promise<void> {
  const { id, hash, createdAt } = token;
  await db.batch([
    // The same value may be known by another name; a value names one token only.
    db.delete(apiTokens).where(eq(apiTokens.hash, hash)),
    db
      .insert(apiTokens)
      .values(token)
      .onConflictDoUpdate({
        target: [apiTokens.username, apiTokens.name],
        set: { id, hash, createdAt },
      }),
  ]);
}

const tokenByHash = prepared((db) =>
  db
    .select()
    .from(apiTokens)
    .where(eq(apiTokens.hash, sql.placeholder("hash")))
    .prepare(),
);

/** The token whose value has this hash. It is asked for anew each time, so revoking is immediate. */
export async function findApiToken(store: Store, hash: string): Promise<ApiToken | undefined> {
  const [row] = await tokenByHash(store).all({ hash });
  if (row === undefined) return undefined;
  return { id: row.id, username: row.username, name: row.name };
}

/** The tokens of an account in the order in which they were made. */
export async function listApiTokens({ db }: Store, username: string): Promise<ApiToken[]> {
  return await db
    .select({ id: apiTokens.id, username: apiTokens.username, name: apiTokens.name })
    .from(apiTokens)
    .where(eq(apiTokens.username, username))
    .orderBy(asc(apiTokens.sequence));
}

/** Deletes the token of an id, if there is one. */
export async function deleteApiTokenById({ db }: Store, id: string): Promise<void> {
  await db.delete(apiTokens).where(eq(apiTokens.id, id));
}

/** Deletes a token by its name; false when the account has none of that name. */
export async function deleteApiToken(
  { db }: Store,
  username: string,
  name: string,
): Promise<boolean> {
  const deleted = await db
    .delete(apiTokens)
    .where(and(eq(apiTokens.username, username), eq(apiTokens.name, name)))
    .returning({ id: apiTokens.id });
  return deleted.length > 0;
}
