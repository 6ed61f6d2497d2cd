/**
 * Measures how soon the built reference site shows content: the first contentful paint of a fresh
 * page from a server on this machine, the median of several.
 */
import { gzipSync } from "node:zlib";
import { startSite } from "../test/support/site.ts";

const rounds = 7;
const paint = `new Promise((resolve) =>
  new PerformanceObserver((list) => resolve(list.getEntriesByName("first-contentful-paint")[0].startTime))
    .observe({ type: "paint", buffered: true }))`;

const site = await startSite();
const times: number[] = [];
for (let round = 0; round < rounds; round += 1) {
  const page = await site.browser.newPage();
  await page.goto(site.url);
  times.push(await page.evaluate<number>(paint));
  await page.close();
}
await site.stop();
times.sort((one, other) => one - other);
const kilobytes = (bytes: number) => `${Math.round(bytes / 1_000)} kB`;
console.log(`first content after ${Math.round(times[3] ?? 0)} ms (median of ${rounds})`);
console.log(
  `${kilobytes(Buffer.byteLength(site.html))}, ${kilobytes(gzipSync(site.html).length)} compressed`,
);
