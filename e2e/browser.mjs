// The system's Chromium, and the two windows that everything is tried in.

import { chromium } from "playwright-core";

const EXECUTABLE = process.env.DAYMARK_CHROMIUM ?? "/usr/bin/chromium";
// The system's own browser, talking to nobody but the server under test.
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
export const DEVICES = {
  desktop: { viewport: { width: 1280, height: 900 } },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true },
};

let launched = null;

/** One browser for each process. */
export function browser() {
  launched ??= chromium.launch({ executablePath: EXECUTABLE, args: FLAGS });
  return launched;
}

/** Closes it; the harness does so after the tests of a file. */
export async function closeBrowser() {
  const running = launched;
  launched = null;
  await (await running)?.close();
}
