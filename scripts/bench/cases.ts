import { batch, pipeline } from "./pipeline.ts";

/** A load that both servers and the ceiling get, and what is to be reached. */
export interface Case {
  readonly name: string;
  readonly body: string;
  readonly connections: number;
  /** How many times as fast as sqld, at least. */
  readonly againstPeer?: number;
  /** What part of the bare server's rate, at least. */
  readonly againstCeiling?: number;
}

const megabyte = 2 ** 20;
const insert = "INSERT INTO entries (name) VALUES (?)";

/** What every database is made of. */
export const schema = [
  "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT, price REAL)",
  "CREATE TABLE entries (id INTEGER PRIMARY KEY, name TEXT)",
  "CREATE TABLE blobs (id INTEGER PRIMARY KEY, content BLOB)",
];

/** Fills `items`; neither server has to know `generate_series`. */
export const thousandRows = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
  INSERT INTO items SELECT i, 'item ' || i, i / 7.0 FROM n`;

/** What is read where blobs are. */
export const oneBlob = `INSERT INTO blobs VALUES (1, zeroblob(${2 ** 20}))`;

export const pointSelect = pipeline(["SELECT id, name, price FROM items WHERE id = ?", 500]);

export const cases: readonly Case[] = [
  {
    name: "point SELECT, 32 connections",
    body: pointSelect,
    connections: 32,
    againstPeer: 14,
    againstCeiling: 0.6,
  },
  {
    name: "point SELECT, 1 connection",
    body: pointSelect,
    connections: 1,
    againstPeer: 6,
    againstCeiling: 0.7,
  },
  {
    name: "autocommit INSERT, 32 connections",
    body: pipeline([insert, "an entry"]),
    connections: 32,
    againstPeer: 40,
    againstCeiling: 0.5,
  },
  {
    name: "100 statements in one batch, 8 connections",
    body: batch(...Array.from({ length: 100 }, () => [insert, "an entry"] as const)),
    connections: 8,
    againstPeer: 4,
  },
  {
    name: "1000-row SELECT, 8 connections",
    body: pipeline(["SELECT id, name, price FROM items LIMIT ?", 1_000]),
    connections: 8,
    againstPeer: 1.5,
  },
  {
    name: "1 MB blob in, 8 connections",
    body: pipeline(["REPLACE INTO blobs VALUES (1, ?)", new Uint8Array(megabyte).fill(7)]),
    connections: 8,
    againstPeer: 1.5,
  },
  {
    name: "1 MB blob out, 8 connections",
    body: pipeline(["SELECT content FROM blobs WHERE id = ?", 1]),
    connections: 8,
    againstPeer: 1.5,
  },
];
