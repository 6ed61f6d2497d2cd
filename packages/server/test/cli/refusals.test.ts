import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Command } from "../support/command.ts";

const command = new Command();
/** The user that owns nothing. */
const nobody = 65534;

describe("logicaldb refuses, and says what to do,", () => {
  it.each([
    [["--port", "http"], /port is a number/],
    [["--port", "65536"], /from 0 to 65535/],
    [["--statement-timeout", "soon"], /not a duration such as 500ms/],
    [["--statement-timeout", "-5s"], /not a duration/],
    [["--statement-timeout", "0"], /not a duration/],
    [["--statement-timeout", "900h"], /more than 24 days/],
    [["--addressing", "dns"], /auto, host, path/],
    [["--synchronous", "never"], /normal, full/],
    [["--log-level", "loud"], /silent, error, warn, info, debug/],
    [["--user", "Not A Slug"], /lower-case letters/],
    [["--engine-processes", "0"], /above 0/],
    [["--host", "0.0.0.0", "--token", "short"], /24 characters/],
    [["--host", "nowhere.invalid"], /no address nowhere\.invalid: choose another --host/],
    [["--host", ""], /'--host <address>' argument '' is invalid. It is empty/],
    [["--data-dir", ""], /'--data-dir <path>' argument '' is invalid. It is empty/],
    [["--domain", " "], /a name such as db\.example\.com/],
    [["--domain", "http://db.example.com"], /without http:\/\/ and path/],
    [["--domain", "db.example.com/x"], /without http:\/\/ and path/],
    [["--token", ""], /--token has letters, digits/],
    [["--token", "with a space"], /--token has letters, digits/],
    [["--unknown"], /unknown option '--unknown'\n.*--help/],
    [["serve"], /unknown command 'serve'; there are token and help\n.*--help/],
    [["--ephemeral", "--data-dir", "d"], /--ephemeral has a directory of its own/],
    [["--ephemeral=maybe"], /Write true or false/],
  ])("%j", (flags, why) => {
    const { status, stderr } = command.run(flags);
    expect(status).toBe(1);
    expect(stderr).toMatch(why);
    // Whatever was kept by a mistake would be found by the next start.
    expect(existsSync(join(command.directory, "databases"))).toBe(false);
  });

  it("a data directory that another server works in", async () => {
    await command.start(["--data-dir", "shared"]);
    await expect(command.start(["--data-dir", "shared"])).rejects.toThrow(
      /Another server works in .*shared; stop it, or choose another --data-dir/,
    );
  });

  it("a data directory that is none", () => {
    writeFileSync(join(command.directory, "file"), "");
    const { status, stderr } = command.run(["--data-dir", "file"]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/data directory .*file cannot be used; choose another --data-dir/);
  });

  it.runIf(process.platform === "linux")("a data directory where none can be made", () => {
    const { status, stderr } = command.run(["--data-dir", "/proc/x/y"]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/data directory \/proc\/x\/y cannot be used.*mkdir '\/proc\/x'/);
  });

  it("a store that is none, and says which", () => {
    mkdirSync(join(command.directory, "data"));
    writeFileSync(join(command.directory, "data", "store.db"), "no database ".repeat(100));
    const { status, stderr } = command.run(["--data-dir", "data"]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/data directory .*data cannot be used.*file is not a database/);
  });

  it("a port that is taken, and keeps the token that nobody has seen", async () => {
    const { port } = new URL((await command.start()).url);
    const { status, stderr } = command.run(["--port", port, "--data-dir", "other"]);
    expect(status).toBe(1);
    expect(stderr).toContain(`Port ${port} of 127.0.0.1 is taken`);
    expect(stderr).toContain("choose another --port");
    const metrics = command.run(["--port", "0", "--metrics-port", port, "--data-dir", "other"]);
    expect(metrics.stderr).toContain("choose another --metrics-port");
    expect((await command.start(["--data-dir", "other"])).token).toMatch(/^ldb_/);
  });
});

describe("logicaldb token refuses", () => {
  it("a directory that no server has worked in, and leaves it as it is", () => {
    const { status, stderr } = command.run(["token", "--data-dir", "."]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/No server has worked in .*; name its directory by --data-dir/);
    expect(existsSync(join(command.directory, "store.db"))).toBe(false);
  });

  it("a store that cannot be read, and says which", () => {
    mkdirSync(join(command.directory, "broken"));
    writeFileSync(join(command.directory, "broken", "store.db"), "no database ".repeat(100));
    const { status, stderr } = command.run(["token", "--data-dir", "broken"]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/data directory .*broken cannot be used.*file is not a database/);
  });

  it.skipIf(process.platform === "win32")("a directory that its user may not read", () => {
    const closed = join(command.directory, "closed");
    mkdirSync(closed, { mode: 0 });
    // To root, everything is open.
    const user = process.getuid?.() === 0 ? nobody : undefined;
    const { status, stderr } = command.run(["token", "--data-dir", closed], {}, user);
    expect(status).toBe(1);
    expect(stderr).toMatch(/data directory .*closed cannot be used.*EACCES: permission denied/);
  });

  it("an account that the server does not have", async () => {
    await command.start();
    const { status, stderr } = command.run(["token", "--user", "someone"]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/knows no account someone; name the server's by --user/);
  });
});
