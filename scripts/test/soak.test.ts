import { expect, test } from "vitest";
import { soak, verdict } from "../soak/soak.ts";

test("ending engine processes under write load loses nothing and breaks nothing", async () => {
  const report = await soak(6);
  expect(verdict(report)).toMatch(/^6 kills .* no acknowledged row lost, every file intact/);
  expect(report.acknowledged).toBeGreaterThan(50);
  expect(report.refused).toBeGreaterThan(0);
});
