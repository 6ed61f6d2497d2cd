import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { databaseCodes, documentedCodes } from "./support/database-codes.ts";
import { fromRoot } from "../lib/root.ts";

test("the guide on errors has every code that databases answer, once, and no other", async () => {
  const documented = documentedCodes(await readFile(fromRoot("docs/guides/errors.md"), "utf8"));
  expect(documented.toSorted()).toEqual([...(await databaseCodes())].toSorted());
  // What is looked for is there: a text, an object's member, a name in a type.
  expect(documented).toEqual(
    expect.arrayContaining(["STREAM_EXPIRED", "SQLITE_CONSTRAINT", "SQL_NO_STATEMENT"]),
  );
});
