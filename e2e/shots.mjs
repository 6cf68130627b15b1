// Pictures of every page at 1280 and 390 pixels, for people who judge how it looks. Invented data only.
//
//   node shots.mjs              all pages of pages.mjs
//   node shots.mjs trends home  these
//   node shots.mjs --readme     the few that README.md shows: what fits into the window, at most 300 kB each

import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";

import { DEVICES, browser, closeBrowser } from "./browser.mjs";
import { PAGES, pathOf } from "./pages.mjs";
import { prepare } from "./prepare.mjs";
import { start } from "./server.mjs";
import { session } from "./sign_in.mjs";

const README = { home: "desktop", "case-links": "desktop", trends: "desktop", pool: "desktop", cases: "phone", flag: "phone" };
const MOST_BYTES = 300_000;

const folder = process.env.DAYMARK_SHOTS ?? join(import.meta.dirname, "../target/shots");
const asked = process.argv.slice(2);
const forReadme = asked[0] === "--readme";
const names = forReadme ? Object.keys(README) : asked;
const unknown = names.filter((name) => !PAGES.some((page) => page.name === name));
if (unknown.length > 0) throw new Error(`no such page in pages.mjs: ${unknown.join(", ")}`);
const wanted = PAGES.filter(({ name }) => names.length === 0 || names.includes(name));

await mkdir(folder, { recursive: true });
const server = await start();
process.env.DAYMARK_PEOPLE = JSON.stringify(server.people);
process.env.DAYMARK_SESSIONS = server.folder;
const refused = [];
try {
  await prepare(server.url);
  for (const entry of wanted) {
    for (const [device, look] of Object.entries(DEVICES)) {
      if (forReadme && README[entry.name] !== device) continue;
      try {
        await shoot(entry, look);
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

async function shoot(entry, look) {
  const running = await browser();
  const storageState = entry.person ? await session(running, entry.person, server.url, entry.fresh) : undefined;
  const scale = forReadme ? { deviceScaleFactor: 1 } : {};
  const context = await running.newContext({ ...look, ...scale, baseURL: server.url, storageState, locale: "en-GB" });
  try {
    const page = await context.newPage();
    const path = await pathOf(page, entry);
    const response = await page.goto(path);
    const status = entry.status ?? 200;
    if (response.status() !== status) throw new Error(`${path} answers ${response.status()}`);
    const file = join(folder, forReadme ? `${entry.name}.png` : `${entry.name}-${look.viewport.width}.png`);
    if (forReadme) await intoView(page, entry.name);
    await page.screenshot({ path: file, fullPage: !forReadme });
    const { size } = await stat(file);
    if (forReadme && size > MOST_BYTES) throw new Error(`${size} bytes are more than ${MOST_BYTES}`);
    console.log(`${file}  ${Math.ceil(size / 1000)} kB`);
  } finally {
    await context.close();
  }
}

/** Scrolls to the part that says what the page is about. */
async function intoView(page, name) {
  const width = page.viewportSize().width;
  await page.setViewportSize({ width, height: width > 600 ? 1250 : 900 });
  const part = { "case-links": "main h2", cases: "main table" }[name];
  if (part) await page.locator(part).first().evaluate((element) => element.scrollIntoView());
}
