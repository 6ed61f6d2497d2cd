import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { callApi } from "../support/api.ts";
import { Command, end } from "../support/command.ts";
import { run } from "../support/hrana.ts";
import { engineProcesses } from "../support/processes.ts";

const command = new Command();
const databases = "/v1/organizations/acme/databases";

/** Flags, each with what shows that it was heard. */
const flags = {
  user: "acme",
  token: "given-to-the-test",
  "data-dir": "kept",
  host: "localhost",
  addressing: "path",
  domain: "db.example.com:8443",
  "statement-timeout": "500ms",
  "engine-processes": "3",
  synchronous: "full",
  "metrics-port": "0",
  "metrics-host": "localhost",
  faults: "true",
  "log-level": "info",
};

/** What a server with these flags does that another does not. */
async function heard({ output, url, token }: Awaited<ReturnType<Command["start"]>>) {
  const server = { url, token };
  const created = await callApi(server, "POST", databases, { name: "shop" });
  await callApi(server, "POST", `${databases}/shop/instances`, { location: "local" });
  const minted = await callApi(server, "POST", `${databases}/shop/auth/tokens`);
  const shop = { name: "shop", id: "", token: minted.body.jwt, url: `${url}/shop-acme/` };
  const endless =
    "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT max(n) FROM t";
  const late = await run(shop, endless);
  const fault = { operationId: "listDatabases", code: "rate_limited" };
  await callApi(server, "PUT", "/_local/faults", fault);
  const faulty = await callApi(server, "GET", databases);
  return {
    organization: /ORGANIZATION="?(\w+)/.exec(output)?.[1],
    token,
    data: existsSync(join(command.directory, "kept", "store.db")),
    host: new URL(url).hostname,
    hostname: created.body.database.Hostname,
    late: late.code,
    faulty: faulty.status,
    metrics: /http:\/\/(\w+):[1-9]\d+\/metrics/.exec(output)?.[1],
  };
}

const expected = {
  organization: "acme",
  token: "given-to-the-test",
  data: true,
  host: "localhost",
  hostname: "db.example.com:8443/shop-acme/",
  late: "STATEMENT_TIMEOUT",
  faulty: 429,
  metrics: "localhost",
};

const variableOf = (flag: string) => `LOGICALDB_${flag.replaceAll("-", "_").toUpperCase()}`;

describe("every flag", () => {
  it("is heard", async () => {
    const given = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]);
    expect(await heard(await command.start(given, { LOGICALDB_ADDRESSING: "host" }))).toEqual(
      expected,
    );
  });

  it("is heard as an environment variable", async () => {
    const entries = Object.entries(flags).map(([name, value]) => [variableOf(name), value]);
    expect(await heard(await command.start([], Object.fromEntries(entries)))).toEqual(expected);
  });

  it("is shown by --help with its variable", () => {
    const help = command.run(["--help"]).stdout.replaceAll(/\n {20,}/g, " ");
    const shown = [...help.matchAll(/^ +--([\w-]+) /gm)].map(([, name = ""]) => name);
    expect(shown).toEqual(expect.arrayContaining(["port", "ephemeral", ...Object.keys(flags)]));
    for (const name of shown) {
      const [line = ""] = new RegExp(`^ +--${name} .*$`, "m").exec(help) ?? [];
      expect(line).toContain(`env: ${variableOf(name)})`);
    }
  });
});

it("--engine-processes says how many there are once databases call for them", async () => {
  const { child, url, token } = await command.start([], { LOGICALDB_ENGINE_PROCESSES: "3" });
  const below = "/v1/organizations/local/databases";
  await Promise.all(
    Array.from({ length: 60 }, async (_, index) => {
      await callApi({ url, token }, "POST", below, { name: `db-${index}` });
      const body = { location: "local" };
      await callApi({ url, token }, "POST", `${below}/db-${index}/instances`, body);
    }),
  );
  expect(engineProcesses(child.pid ?? 0)).toHaveLength(3);
});

it("--ephemeral is a variable that may be on or off", async () => {
  const on = await command.start([], { LOGICALDB_EPHEMERAL: "1" });
  expect(existsSync(join(command.directory, ".logicaldb"))).toBe(false);
  await end(on.child, "SIGINT");
  await command.start([], { LOGICALDB_EPHEMERAL: "false" });
  expect(existsSync(join(command.directory, ".logicaldb"))).toBe(true);
});

it("a variable that is no setting is named, unless it is for clients", () => {
  const { stderr } = command.run(["token"], {
    LOGICALDB_PROT: "9",
    LOGICALDB_URL: "http://localhost",
    LOGICALDB_ORGANIZATION: "acme",
  });
  const named = stderr.split("\n").filter((line) => line.includes("is no setting"));
  expect(named).toEqual(["logicaldb: LOGICALDB_PROT is no setting; logicaldb --help lists them"]);
});

it("a variable that is empty counts as not set", async () => {
  const names = [...Object.keys(flags), "ephemeral", "max-streams"].map(variableOf);
  const empty = Object.fromEntries(names.map((name) => [name, ""]));
  const { url, token, output } = await command.start([], {
    ...empty,
    LOGICALDB_ADDRESSING: "path",
  });
  expect(new URL(url).hostname).toBe("127.0.0.1");
  expect(token).toMatch(/^ldb_/);
  expect(output).toContain(join(command.directory, ".logicaldb"));
});

it.runIf(process.platform === "linux")(
  "the token of the command is not in the environment of the processes that run SQL",
  async () => {
    const { child, token } = await command.start([], { LOGICALDB_TOKEN: flags.token });
    expect(token).toBe(flags.token);
    const environments = engineProcesses(child.pid ?? 0).map((pid) =>
      readFileSync(`/proc/${pid}/environ`, "utf8"),
    );
    expect(environments).not.toEqual([]);
    expect(environments.join()).not.toContain(flags.token);
  },
);
