import { existsSync } from "node:fs";
import type { Browser } from "playwright-core";
import { chromium } from "playwright-core";

const places = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  String.raw`C:\Program Files\Google\Chrome\Application\chrome.exe`,
  String.raw`C:\Program Files (x86)\Google\Chrome\Application\chrome.exe`,
];

/** How to get what the browser tests need. */
export const howToInstall =
  "The browser tests need Chromium or Chrome, and none was found. " +
  "Debian and Ubuntu: apt-get install chromium. " +
  "Elsewhere install Chrome, or set CHROMIUM_PATH to the program.";

/** The browser to test with, or nothing if this machine has none. */
export function findChromium(): string | undefined {
  const chosen = process.env["CHROMIUM_PATH"];
  if (chosen !== undefined) return existsSync(chosen) ? chosen : undefined;
  return places.find((path) => existsSync(path));
}

/** Starts the browser so that it asks the network for nothing of its own. */
export function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
  });
}
