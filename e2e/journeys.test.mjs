// What people come for: from the list of cases to a link with its reasons, a week that stands out, an import.

import assert from "node:assert/strict";
import { test } from "node:test";

import { axe, go, hasHeading, hasWayOn, noSidewaysScroll, open, tabTo } from "./harness.mjs";
import { caseIds, hrefsOf, pathOf } from "./pages.mjs";
import { signInByKeyboard } from "./sign_in.mjs";

test("a lead opens a case and sees what may belong to it", async (t) => {
  const page = await open(t, { person: "lead" });
  const [id] = await caseIds(page, "/cases?linked=yes");
  await go(page, `/cases/${id}`);
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

test("the keyboard alone leads from signing in to a judged link, a pool and a flag", async (t) => {
  const page = await open(t);
  await signInByKeyboard(page, "lead");
  await follow(page, /^Check for links to other cases$/, /\/cases\?linked=yes$/);
  await follow(page, /^[A-Z]+-\d+$/, /\/cases\/[^/]+$/);
  await follow(page, /^Linked cases$/i, /\/links$/);
  const answer = await tabTo(page, /^Yes|^Not sure yet$/, 150);
  await answer.press("ArrowDown");
  await tabTo(page, /^Save my decision$/, 150);
  await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
  assert.match(await page.locator("main").innerText(), /Decided by your agency on/);
  await follow(page, /^Pools$/, /\/pools$/);
  await follow(page, /^\d+ cases/, /\/pools\/[^/]+$/);
  await tabTo(page, /^Call a multi-agency meeting$/, 150);
  await page.keyboard.press("Space");
  await tabTo(page, /^Save the next step$/);
  await page.keyboard.press("Enter");
  await page.waitForURL(/saved=yes$/);
  assert.match(await page.locator("main").innerText(), /The next step is saved/);
  await follow(page, /^Trends$/, /\/trends$/);
  await follow(page, /reports last week$|^Same payment account|than in the year before/, /\/trends\/flags\//, 200);
  await hasHeading(page);
});

/** Tab to the link with this name, Enter, and wait for the address. */
async function follow(page, name, address, atMost = 120) {
  await tabTo(page, name, atMost);
  await page.keyboard.press("Enter");
  await page.waitForURL(address);
}

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

test("Back and forward after a judgement show it once and lose nothing", async (t) => {
  const page = await open(t, { person: "lead" });
  const [, id] = await caseIds(page, "/cases?linked=yes");
  await go(page, `/cases/${id}`);
  await page.locator('main a[href$="/links"]').first().click();
  const card = page.locator("section.dm-link").first();
  const decisions = page.locator("section.dm-link").first().getByText(/Decided by your agency on/);
  const before = await decisions.count();
  await card.getByLabel("Not sure yet").check();
  await Promise.all([page.waitForEvent("load"), card.getByRole("button", { name: "Save my decision" }).click()]);
  assert.equal(await decisions.count(), before + 1);
  await page.goBack();
  await page.goForward();
  await hasHeading(page);
  assert.match(new URL(page.url()).pathname, /\/links/);
  assert.equal(await decisions.count(), before + 1, "neither lost nor said twice");
  await page.reload();
  assert.equal(await decisions.count(), before + 1, "loading again judges nothing");
});

test("Back and forward while recording keep what was typed", async (t) => {
  const page = await open(t, { person: "lead" });
  const tasks = await pathOf(page, { name: "report", path: "/report/{draft}", from: "/report/drafts", person: "lead" });
  await go(page, tasks);
  await page.locator(`main a[href^="${tasks}/"]`).first().click();
  const step = new URL(page.url()).pathname;
  const box = page.locator('main input[type="text"]').first();
  await box.fill("E2E-BACK-1");
  await Promise.all([page.waitForEvent("load"), page.locator('main form button[type="submit"]').first().click()]);
  await page.goBack();
  if (new URL(page.url()).pathname !== step) await page.goBack();
  assert.equal(await box.inputValue(), "E2E-BACK-1", "Back shows what was typed");
  await page.goForward();
  await hasHeading(page);
  await go(page, step);
  assert.equal(await box.inputValue(), "E2E-BACK-1", "and it is kept");
});

test("bad input keeps what was typed and says all that is wrong", async (t) => {
  const page = await open(t, { device: "phone", person: "lead" });
  const pool = await pathOf(page, { name: "pool", path: "/pools/{pool}", from: "/pools", person: "lead" });
  await go(page, pool);
  await page.getByLabel("No action needed now").check();
  await page.getByLabel("Day").fill("31");
  await page.getByLabel("Month").fill("2");
  await page.getByLabel("Year").fill("2026");
  await page.getByRole("button", { name: "Save the next step" }).click();
  assert.match(await page.title(), /^Error: /);
  assert.match(await page.locator(".govuk-error-summary").innerText(), /day, month and year/);
  assert.equal(await page.getByLabel("Day").inputValue(), "31");
  assert.ok(await page.getByLabel("No action needed now").isChecked());
  await noSidewaysScroll(page);
  await axe(page);

  const [id] = await caseIds(page, "/cases");
  await go(page, `/cases/${id}/refer`);
  await page.locator('main [name="reason"]').fill("Typed once, and not to be typed again.");
  await page.getByRole("button", { name: "Send the referral" }).click();
  assert.match(await page.locator(".govuk-error-summary").innerText(), /Choose the agency/);
  assert.equal(await page.locator('main [name="reason"]').inputValue(), "Typed once, and not to be typed again.");
  await axe(page);
});

test("what is not open to somebody says why, and where to go", async (t) => {
  for (const [person, path] of [["practitioner", "/people"], ["auditor", "/cases"], ["trainer", "/trends"], ["analyst", "/audit"]]) {
    const page = await open(t, { device: "phone", person });
    await go(page, path, 403);
    assert.equal(await hasHeading(page), "You cannot do this");
    await hasWayOn(page);
    await noSidewaysScroll(page);
    await axe(page);
  }
});

test("nobody's start page is a dead end, and nothing in its menu is closed to them", async (t) => {
  for (const person of ["lead", "practitioner", "analyst", "coordinator", "administrator", "auditor", "trainer"]) {
    const page = await open(t, { person });
    await go(page, "/start");
    await hasWayOn(page);
    const hrefs = await hrefsOf(page, "nav a[href], main a[href]");
    for (const href of new Set(hrefs)) {
      const answer = await page.request.get(href);
      assert.equal(answer.status(), 200, `${person}: ${href}`);
    }
  }
});
