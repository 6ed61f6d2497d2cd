import fc from "fast-check";
import { expect, test } from "vitest";
import { databaseLabel, instanceLabel, randomInstanceName } from "../../src/store/labels.ts";

const id = "5f6b1f0e-3c7d-4b58-9a86-2f1f0c9f7d11";
const label = (name: string, organization: string, attempt = 0) =>
  databaseLabel({ name, organization, id }, attempt);

test.each([
  ["tenant-042", "acme", 0, "tenant-042-acme"],
  ["tenant-042", "acme", 1, "tenant-042-acme-5f6b1f"],
  ["tenant-042", "acme", 2, "tenant-042-acme-5f6b1f0e3c7d"],
  ["tenant-042", "acme", 3, "tenant-042-acme-5f6b1f0e3c7d4b589a862f1f0c9f7d11"],
  ["a", "Ada_Lovelace", 0, "a-ada-lovelace"],
  ["a", "acme-", 0, "a-acme"],
  ["xn--a", "acme", 0, "x-xn--a-acme"],
  ["v3", "protobuf", 0, "v3-protobuf-5f6b1f"],
  ["v3", "protobuf", 1, "v3-protobuf-5f6b1f"],
  ["x".repeat(58), "acme", 0, `${"x".repeat(58)}-acme`],
  ["x".repeat(59), "acme", 0, `${"x".repeat(56)}-5f6b1f`],
  [`${"x".repeat(55)}-y`, "acme", 1, `${"x".repeat(55)}-5f6b1f`],
])("%s of %s, attempt %d: %s", (name, organization, attempt, expected) => {
  expect(label(name, organization, attempt)).toBe(expected);
});

test("every name and slug make a DNS label that is a valid part of a URL and has a dash", () => {
  const name = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,63}$/);
  const slug = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/);
  fc.assert(
    fc.property(name, slug, fc.integer({ min: 0, max: 3 }), (database, organization, attempt) => {
      const made = label(database, organization, attempt);
      const ofInstance = instanceLabel(randomInstanceName(), { label: made, id });
      for (const each of [made, ofInstance]) {
        expect(each).toMatch(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])$/);
        expect(each).toContain("-");
        const { hostname } = new URL(`https://${each}.example.com/`);
        expect(hostname).toBe(`${each}.example.com`);
      }
    }),
  );
});

test("an instance's label is that of its database with its own name before it", () => {
  expect(instanceLabel("bihelafi", { label: "shop-acme", id })).toBe("bihelafi-shop-acme");
  expect(instanceLabel("bihelafi", { label: "x".repeat(60), id })).toBe(
    `bihelafi-${"x".repeat(47)}-5f6b1f`,
  );
});

test("names of instances can be read aloud", () => {
  const names = Array.from({ length: 100 }, randomInstanceName);
  for (const name of names) expect(name).toMatch(/^([b-df-hj-np-tv-z][aeiou]){4}$/);
  expect(new Set(names).size).toBeGreaterThan(95);
});
