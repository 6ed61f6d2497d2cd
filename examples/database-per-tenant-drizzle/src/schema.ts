import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** The tables that each tenant has. After a change, `generate` writes the migration. */
export const notes = sqliteTable("notes", {
  id: integer().primaryKey(),
  text: text().notNull(),
  done: integer({ mode: "boolean" }).notNull().default(false),
});
