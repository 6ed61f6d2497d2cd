import { afterEach, describe, expect, it } from "vitest";
import { EngineCannotStart, startServer } from "@logicaldb/server";

const { execPath } = process;
afterEach(() => {
  process.execPath = execPath;
});

describe("startServer", () => {
  it.each([
    { engineProcesses: 0 },
    { engineProcesses: 1.5 },
    { statementTimeout: Number.NaN },
    { port: 65_536 },
    { metricsPort: -1 },
    { limits: { parameters: 32_767 } },
    { limits: { engineBytes: 1_000 } },
    { patience: { header: 0 } },
  ])("refuses what no server can keep to: %j", async (given) => {
    await expect(startServer({ dataDir: undefined, ...given })).rejects.toThrow(
      /^\S+ is a whole number from \d+ to \d+, and not /,
    );
  });

  it.each([
    [{ addressing: "hosts" }, "addressing is one of auto, host, path, and not 'hosts'"],
    [{ logLevel: "loud" }, "logLevel is one of silent, error, warn, info, debug, and not 'loud'"],
    [{ synchronous: true }, "synchronous is one of normal, full, and not true"],
    [{ user: "Bad User" }, "user cannot be 'Bad User': an account name has lower-case letters"],
    [{ domain: "http://db" }, "domain cannot be 'http://db': write a name such as"],
  ])("refuses names and words that mean nothing: %j", async (given: object, message) => {
    await expect(startServer({ dataDir: undefined, ...given })).rejects.toThrow(message);
  });

  it("says what it was given instead, also where that looks like a number", async () => {
    const options: object = { port: "80", dataDir: undefined };
    await expect(startServer(options)).rejects.toThrow("to 65535, and not '80'");
  });

  it("takes what is undefined for not given", async () => {
    const nothing = { user: undefined, engineProcesses: undefined, logLevel: undefined };
    const limits = { statements: undefined };
    const options: object = { port: 0, dataDir: undefined, ...nothing, limits };
    const server = await startServer(options);
    expect(server.organization).toBe("local");
    await server.stop();
  });

  it("fails where no process that runs SQL can be started", async () => {
    process.execPath = "/bin/false";
    await expect(startServer({ port: 0, dataDir: undefined })).rejects.toThrow(EngineCannotStart);
  });

  it("has stopped when any of those who stop it hears so", async () => {
    const server = await startServer({ port: 0, dataDir: undefined });
    await Promise.all([server.stop(), server.stop().then(() => expectStopped(server.url))]);
  });
});

async function expectStopped(url: string): Promise<void> {
  await expect(fetch(url)).rejects.toThrow("fetch failed");
}
