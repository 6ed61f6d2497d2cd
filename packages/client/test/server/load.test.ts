import { expect, test } from "vitest";
import { serverOfFile } from "./server.ts";

const server = serverOfFile();

test("10,000 calls at the same time all get their own answer", async () => {
  const { databases } = server.platform();
  const names = Array.from({ length: 20 }, (_, index) => `load-${index}`);
  await Promise.all(names.map((name) => databases.create({ name })));
  const calls = Array.from({ length: 10_000 }, async (_, index) => {
    const name = `load-${index % names.length}`;
    return (await databases.get(name, { timeout: 600_000 })).Name === name;
  });
  expect((await Promise.all(calls)).filter((isRight) => isRight)).toHaveLength(10_000);
});
