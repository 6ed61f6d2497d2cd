import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import core from "@stoplight/spectral-core";
import parsers from "@stoplight/spectral-parsers";
import { expect, onTestFinished, test } from "vitest";
import { oas } from "../../openapi/rules/load.ts";
import { currentBundle } from "../lib/breaking.ts";
import { formatFindings, lintContract } from "../lib/contract-lint.ts";
import { fromRoot } from "../lib/root.ts";
import { runTool } from "../lib/tool.ts";

// The ruleset says why.
const contradicted = {
  "contact-properties": "off",
  "license-url": "off",
  "openapi-tags-alphabetical": "off",
};

test("a fault of the contract is found at its place in the source", async () => {
  const directory = await mkdtemp(join(tmpdir(), "logicaldb-lint-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  await cp(fromRoot("openapi"), directory, { recursive: true });
  const change = async (file: string, from: string, to: string) => {
    const path = join(directory, file);
    await writeFile(path, (await readFile(path, "utf8")).replace(from, to));
  };
  await change("components/schemas/Organization.yaml", "maxLength: 256", "title: Name");
  await change("paths/v1_locations.yaml", "listLocations\n", "fetchLocations\n");
  await change("components/examples/validateApiToken.response.yaml", "exp: -1", "exp: soon");
  await writeFile(join(directory, "components/schemas/Left.yaml"), "type: object\n");

  const findings = await lintContract(directory);
  const places = findings.map(
    ({ code, source = "", range }) => `${code} ${source.split("/").at(-1)}:${range.start.line + 1}`,
  );
  expect(places).toEqual(
    expect.arrayContaining([
      "component-used Left.yaml:1",
      "example-valid validateApiToken.response.yaml:3",
      "string-bounded Organization.yaml:5",
      "operation-id-verb v1_locations.yaml:2",
    ]),
  );
  const annotations = formatFindings(findings, true).split("\n");
  expect(annotations).toContainEqual(
    expect.stringMatching(
      /^::error title=operation-id-verb,file=.*v1_locations\.yaml,line=2,col=3::The /,
    ),
  );
});

test("an annotation survives what its rule's name and its message are made of", () => {
  const finding = {
    code: "owasp:api1:2023-no-numeric-ids",
    message: "100% numeric:\nuse a UUID, please",
    source: "openapi/a,b.yaml",
    range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
  };
  expect(formatFindings([finding], true)).toBe(
    "::error title=owasp%3Aapi1%3A2023-no-numeric-ids,file=openapi/a%2Cb.yaml,line=1,col=1::100%25 numeric:%0Ause a UUID, please",
  );
  expect(formatFindings([finding], false)).toContain("openapi/a,b.yaml:1:1  owasp:api1:2023");
});

test("the bundle satisfies spectral:oas, also where a rule of ours takes the place of one", async () => {
  const spectral = new core.Spectral();
  spectral.setRuleset(new core.Ruleset({ extends: [[oas, "all"]], rules: contradicted }));
  const bundle = await readFile(currentBundle, "utf8");
  const codes = async (text: string) => {
    const results = await spectral.run(new core.Document(text, parsers.Json));
    return results.map(({ code }) => code);
  };
  expect(await codes(bundle)).toEqual([]);
  expect(await codes(bundle.replace('"exp": -1', '"exp": "soon"'))).toContain(
    "oas3-valid-media-example",
  );
});

test("the bundle satisfies Redocly's recommended-strict, where a mere warning is an error", async () => {
  const directory = await mkdtemp(join(tmpdir(), "logicaldb-redocly-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const lintBundle = async (change: (bundle: Bundle) => void) => {
    const bundle: Bundle = JSON.parse(await readFile(currentBundle, "utf8"));
    change(bundle);
    const path = join(directory, "openapi.json");
    await writeFile(path, JSON.stringify(bundle));
    return await runTool("redocly", ["lint", path, `--config=${fromRoot("redocly.yaml")}`]);
  };
  expect(await lintBundle(() => {})).toMatchObject({ ok: true });
  const { ok, output } = await lintBundle(({ info }) => delete info.license);
  expect(ok).toBe(false);
  expect(output).toContain("info-license");
});

interface Bundle {
  info: { license?: object };
}
