import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * The tables as queries see them. Constraints and indexes live in `migrations/`, which is what
 * really makes the tables; a change here needs a migration there.
 */

/** Who can hold platform tokens. */
export const accounts = sqliteTable("accounts", {
  username: text().primaryKey(),
  createdAt: integer("created_at").notNull(),
});

/** Owners of databases. */
export const organizations = sqliteTable("organizations", {
  slug: text().primaryKey(),
  name: text().notNull(),
  type: text({ enum: ["personal", "team"] }).notNull(),
  createdAt: integer("created_at").notNull(),
});

/** Which accounts belong to which organizations. */
export const members = sqliteTable(
  "members",
  {
    organization: text().notNull(),
    username: text().notNull(),
    role: text({ enum: ["owner", "admin", "member", "viewer"] }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.organization, table.username] })],
);

/** Logical databases. Their storage is the engine's business, which knows them by `id`. */
export const databases = sqliteTable(
  "databases",
  {
    organization: text().notNull(),
    name: text().notNull(),
    /** The `DbId`, a UUID. */
    id: text().notNull().unique(),
    /** The host label that addresses the database. */
    label: text().notNull(),
    /**
     * Locations of the instances, each once, the primary's first. It is kept here, by every
     * statement that changes instances, because collecting it makes a long list slow.
     */
    regions: text({ mode: "json" }).$type<readonly string[]>().notNull(),
    privateKey: text("private_key").notNull(),
    publicKey: text("public_key").notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.organization, table.name] })],
);

/** Instances in the order of their creation, so the primary of a database comes first. */
export const instances = sqliteTable("instances", {
  sequence: integer().primaryKey({ autoIncrement: true }),
  uuid: text().notNull().unique(),
  databaseId: text("database_id").notNull(),
  name: text().notNull(),
  /** The host label that addresses this instance alone. */
  label: text().notNull(),
  type: text({ enum: ["primary", "replica"] }).notNull(),
  location: text().notNull(),
  createdAt: integer("created_at").notNull(),
});

/** Every host label in use, of databases and of instances, so that none is given away twice. */
export const hostnames = sqliteTable("hostnames", {
  label: text().primaryKey(),
  databaseId: text("database_id").notNull(),
  /** Null when the label addresses the database as a whole. */
  instanceUuid: text("instance_uuid"),
});

/** Platform tokens; their values are kept nowhere. */
export const apiTokens = sqliteTable("api_tokens", {
  sequence: integer().primaryKey({ autoIncrement: true }),
  id: text().notNull().unique(),
  username: text().notNull(),
  name: text().notNull(),
  /** SHA-256 of the value, in hexadecimal. */
  hash: text().notNull().unique(),
  createdAt: integer("created_at").notNull(),
});

/** Databases that are gone from here, but whose storage may still have to be removed. */
export const removals = sqliteTable("removals", {
  databaseId: text("database_id").primaryKey(),
});
