// Pictures of every page at 1280 and 390 pixels, for people who judge how it looks. Invented data only.
//
//   node shots.mjs              all pages of pages.mjs
//   node shots.mjs trends home  these

import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { DEVICES, browser, closeBrowser } from "./browser.mjs";
import { PAGES, pathOf } from "./pages.mjs";
import { start } from "./server.mjs";
import { session } from "./sign_in.mjs";

const folder = process.env.DAYMARK_SHOTS ?? join(import.meta.dirname, "../target/shots");
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !PAGES.some((page) => page.name === name));
if (unknown.length > 0) throw new Error(`no such page in pages.mjs: ${unknown.join(", ")}`);
const wanted = PAGES.filter(({ name }) => asked.length === 0 || asked.includes(name));

await mkdir(folder, { recursive: true });
const server = await start();
process.env.DAYMARK_PEOPLE = JSON.stringify(server.people);
process.env.DAYMARK_SESSIONS = server.folder;
const refused = [];
try {
  for (const entry of wanted) {
    for (const [device, look] of Object.entries(DEVICES)) {
      try {
        await shoot(entry, device, look);
      } catch (error) {
        refused.push(`${entry.name} on ${device}: ${error.message.split("\n")[0]}`);
      }
    }
  }
} finally {
  await closeBrowser();
  await server.stop();
}
if (refused.length > 0) {
  console.error(refused.join("\n"));
  process.exitCode = 1;
}

async function shoot(entry, device, look) {
  const running = await browser();
  const storageState = entry.person ? await session(running, entry.person, server.url) : undefined;
  const context = await running.newContext({ ...look, baseURL: server.url, storageState, locale: "en-GB" });
  try {
    const page = await context.newPage();
    const path = await pathOf(page, entry);
    const response = await page.goto(path);
    const status = entry.status ?? 200;
    if (response.status() !== status) throw new Error(`${path} answers ${response.status()}`);
    const file = join(folder, `${entry.name}-${look.viewport.width}.png`);
    await page.screenshot({ path: file, fullPage: true });
    console.log(file);
  } finally {
    await context.close();
  }
}
