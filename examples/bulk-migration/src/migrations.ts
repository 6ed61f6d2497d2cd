/** What brings a database from each version to the next. Append; never edit what has run. */
export const migrations: readonly (readonly string[])[] = [
  ["CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL)"],
  [
    "ALTER TABLE notes ADD COLUMN created_at INTEGER",
    "CREATE INDEX notes_by_time ON notes (created_at)",
  ],
];
