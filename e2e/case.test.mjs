// Working on a case: who said so, what was said before, who had which part, and two windows at once.

import assert from "node:assert/strict";
import { test } from "node:test";

import { axe, go, hasHeading, noSidewaysScroll, open, tabTo } from "./harness.mjs";
import { pathOf } from "./pages.mjs";

/** The desk's longest case page, in CSS pixels: a case can be taken in. */
const TALLEST = 3000;

/** Opens every fold of the page, as somebody who reads all of it. */
async function unfold(page) {
  for (const summary of await page.locator("main details > summary").all()) {
    if (await summary.isVisible()) await summary.click();
  }
}

/** The link with which an answer is changed, and the page behind it. */
async function toChange(page, label) {
  const row = page.locator(".dm-row", { has: page.locator(".dm-row__key", { hasText: label }) }).first();
  await row.locator("summary").click();
  await row.getByRole("link", { name: /^Change/ }).click();
  await hasHeading(page);
}

async function answer(page, code) {
  await page.locator(`input[name="answer"][value="${code}"]`).check();
  await page.locator('input[name="source"][value="professional"]').check();
  await page.locator('input[name="confidence"][value="likely"]').check();
  await page.getByRole("button", { name: "Save", exact: true }).click();
}

for (const device of ["desktop", "phone"]) {
  test(`a case is taken in at a glance, and folds open for everybody, on ${device}`, async (t) => {
    const page = await open(t, { person: "lead", device, script: false });
    await go(page, await pathOf(page, { path: "/cases/{case}" }));
    if (device === "desktop") {
      const height = await page.evaluate(() => document.documentElement.scrollHeight);
      assert.ok(height <= TALLEST, `the case is ${height} pixels long`);
    }
    await unfold(page);
    await noSidewaysScroll(page);
    const scripted = await open(t, { person: "lead", device });
    await go(scripted, await pathOf(scripted, { path: "/cases/{case}" }));
    await unfold(scripted);
    await axe(scripted);
  });
}

test("the keyboard alone opens who said so and leads to the change", async (t) => {
  const page = await open(t, { person: "lead" });
  await go(page, await pathOf(page, { path: "/cases/{case}" }));
  await tabTo(page, /who says so/);
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  assert.match(await page.locator(":focus").innerText(), /^Change/);
});

test("an answer is changed, what it said before is shown and put back, without script", async (t) => {
  const page = await open(t, { person: "lead", script: false });
  const path = await pathOf(page, { path: "/cases/{case}" });
  await go(page, path);
  await toChange(page, /^Gender$/);
  const before = await page.locator('input[name="answer"]:checked').getAttribute("value");
  const other = before === "boy" ? "girl" : "boy";
  await answer(page, other);
  assert.equal(new URL(page.url()).pathname, path);
  const row = page.locator(".dm-row", { has: page.locator(".dm-row__key", { hasText: /^Gender$/ }) }).first();
  await row.locator("summary").click();
  await row.getByRole("link", { name: /^What it said before/ }).click();
  await hasHeading(page);
  await noSidewaysScroll(page);
  assert.equal(await page.locator("#child-gender").count(), 1);
  await page.getByRole("link", { name: /^Put this back/ }).first().click();
  assert.equal(await page.locator(`input[name="answer"][value="${before}"]`).isChecked(), true);
  await answer(page, before);
  assert.equal(new URL(page.url()).pathname, path);
  const read = await open(t, { person: "lead" });
  await go(read, path);
  const again = read.locator(".dm-row", { has: read.locator(".dm-row__key", { hasText: /^Gender$/ }) }).first();
  await again.locator("summary").click();
  await again.getByRole("link", { name: /^What it said before/ }).click();
  await axe(read);
});

test("two windows change one answer: both values are shown and a person chooses", async (t) => {
  const [one, two] = [await open(t, { person: "lead" }), await open(t, { person: "lead" })];
  const path = await pathOf(one, { path: "/cases/{case}" });
  for (const page of [one, two]) {
    await go(page, path);
    await toChange(page, "Age when it came to light");
  }
  await answer(one, "16-17");
  await answer(two, "14-15");
  assert.match(await two.locator("h1").innerText(), /Somebody else changed this meanwhile/);
  const both = await two.locator("main").innerText();
  assert.match(both, /16 or 17/);
  assert.match(both, /14 or 15/);
  await axe(two);
});

test("two windows add a payment at once: each gets a number of its own", async (t) => {
  const [one, two] = [await open(t, { person: "lead" }), await open(t, { person: "lead" })];
  const path = await pathOf(one, { path: "/cases/{case}" });
  await go(one, path);
  const n = (text) => (text.match(/Payment \d+:/g) ?? []).length;
  const before = n(await one.locator("main").innerText());
  for (const page of [one, two]) await go(page, `${path}/add/payment`);
  for (const page of [one, two]) {
    await page.locator('input[name="payment-amount"]').fill("10");
    await page.locator('input[name="source"][value="child"]').check();
    await page.locator('input[name="confidence"][value="likely"]').check();
    await page.getByRole("button", { name: "Add to the case" }).click();
    assert.equal(new URL(page.url()).pathname, path);
  }
  assert.equal(n(await two.locator("main").innerText()), before + 2);
});

test("who had which part is changed without script", async (t) => {
  const page = await open(t, { person: "lead", script: false });
  const path = await pathOf(page, { path: "/cases/{case}/parts" });
  await go(page, path);
  await page.getByRole("link", { name: /The child$/ }).first().click();
  await page.locator('input[value="made-to-involve-others"]').check();
  await page.getByRole("button", { name: "Save" }).click();
  assert.equal(new URL(page.url()).pathname, path);
  assert.match(await page.locator("main").innerText(), /Was made to bring in or contact others/);
  await page.getByRole("link", { name: /The child$/ }).first().click();
  const scripted = await open(t, { person: "lead" });
  await go(scripted, new URL(page.url()).pathname);
  await axe(scripted);
});

test("the child's own reference finds the case before another is opened", async (t) => {
  const page = await open(t, { person: "lead" });
  await go(page, await pathOf(page, { path: "/cases/{case}" }));
  const row = page.locator(".dm-row", { has: page.locator(".dm-row__key", { hasText: "Child’s reference" }) }).first();
  const reference = await row.locator(".dm-value").innerText();
  await go(page, "/report/new");
  await page.locator('input[name="reference"]').fill(` ${reference.toLowerCase()} `);
  await page.getByRole("button", { name: "Look" }).click();
  await page.getByRole("link", { name: /^Open case/ }).first().waitFor();
  assert.equal(await page.getByRole("button", { name: /It is another child/ }).count(), 1);
  await axe(page);
});
