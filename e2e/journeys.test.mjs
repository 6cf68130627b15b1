// What people come for: from the list of cases to a link with its reasons, a week that stands out, an import.

import assert from "node:assert/strict";
import { test } from "node:test";

import { axe, go, hasHeading, open, tabTo } from "./harness.mjs";
import { pathOf } from "./pages.mjs";

test("a lead opens a case and sees what may belong to it", async (t) => {
  const page = await open(t, { person: "lead" });
  await go(page, await pathOf(page, { path: "/cases/{case}" }));
  await hasHeading(page);
  await page.locator('main a[href$="/links"]').first().click();
  assert.match(new URL(page.url()).pathname, /^\/cases\/[^/]+\/links$/);
  await axe(page);
});

test("every chart has its numbers as a table", async (t) => {
  const page = await open(t, { person: "lead" });
  await go(page, "/trends");
  const charts = await page.locator("main figure:has(svg)").count();
  assert.ok(charts > 0, "there is a chart");
  assert.equal(await page.locator("main figure:has(svg) ~ details:has(table)").count(), charts);
});

test("the import page offers its template", async (t) => {
  const page = await open(t, { person: "lead" });
  await go(page, "/import");
  const template = page.getByRole("link", { name: /template/i }).first();
  const answer = await page.request.get(await template.getAttribute("href"));
  assert.equal(answer.status(), 200);
  assert.match(await answer.text(), /^report_id,/);
});

test("the keyboard alone leads from the start to the cases", async (t) => {
  const page = await open(t, { person: "lead" });
  await go(page, "/start");
  await tabTo(page, /^cases$/i);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/cases");
});

test("a link is judged and the judgement taken back, without script", async (t) => {
  const page = await open(t, { person: "lead", script: false });
  await go(page, "/cases?linked=yes");
  const href = await page.locator('main a[href^="/cases/"]').first().getAttribute("href");
  await go(page, `/cases/${href.split("/")[2].split("?")[0]}/links`);
  const card = page.locator("section.dm-link").first();
  await card.getByLabel("Not sure yet").check();
  await card.getByRole("button", { name: "Save my decision" }).click();
  await hasHeading(page);
  const judged = page.locator("section.dm-link").first();
  assert.match(await judged.textContent(), /Decided by your agency on .*: not sure yet/);
  await judged.getByRole("button", { name: "Take this decision back" }).first().click();
  assert.match(await page.locator("section.dm-link").first().textContent(), /Taken back on/);
});

test("a pool opens from the list and names its agencies", async (t) => {
  const page = await open(t, { person: "lead" });
  await go(page, "/pools");
  await page.locator('main a[href^="/pools/"]').first().click();
  assert.match(await page.locator("h1").textContent(), /^Pool of \d+ cases$/);
  await axe(page);
});

test("a flag says what was expected, what was seen and how often chance does this", async (t) => {
  const page = await open(t, { person: "lead" });
  await go(page, "/trends");
  await page.locator('main a[href^="/trends/flags/"]').first().click();
  await hasHeading(page);
  assert.match(await page.locator("main").textContent(), /expected/i);
  await axe(page);
});
