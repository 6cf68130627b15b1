// Bringing in a file, as a person does it: CSV and XLSX, the sheet to choose, columns to place, problems to mend.

import assert from "node:assert/strict";
import { test } from "node:test";

import { axe, go, hasHeading, noSidewaysScroll, open } from "./harness.mjs";
import { workbook } from "./workbook.mjs";

const HEAD = ["report_id", "agency", "received_on", "area", "child_ref", "child_age_band", "platform_first", "handles"];
const NOT_A_TABLE = [["Notes"], ["Made by the invented school for this test."]];

/** Invented reports of the school whose safeguarding lead imports them. */
function rows(mark, n = 2) {
  return Array.from({ length: n }, (_, row) => [
    `e2e-${mark}-${row}`, "north-yorkshire-schools", "2026-11-20", "E23000009", `e2e-child-${mark}-${row}`, "14-15", "instagram", `zz_syn_e2e_${mark}_${row}`,
  ]);
}

const csv = (table) => Buffer.from(table.map((cells) => cells.join(",")).join("\n"));

async function send(page, name, buffer) {
  await go(page, "/import");
  await page.locator("#file").setInputFiles({ name, mimeType: "application/octet-stream", buffer });
  await page.getByRole("button", { name: "See what it would do" }).click();
}

async function isFine(page) {
  await hasHeading(page);
  await noSidewaysScroll(page);
  await axe(page);
}

for (const device of ["desktop", "phone"]) {
  test(`a workbook with several sheets asks which one, on ${device}`, async (t) => {
    const page = await open(t, { device, person: "neighbour" });
    const sheets = [{ name: "Read me", rows: NOT_A_TABLE }, { name: "Autumn", rows: [HEAD, ...rows(device)] }];
    await send(page, "invented.xlsx", workbook(sheets));
    assert.equal(await hasHeading(page), "Which sheet?");
    assert.deepEqual(await page.getByLabel("The sheet to import").locator("option").allInnerTexts(), ["Read me", "Autumn"]);
    await isFine(page);
    await page.getByLabel("The sheet to import").selectOption("Autumn");
    await page.getByRole("button", { name: "Continue" }).click();
    assert.equal(await hasHeading(page), "What this file would do");
    await isFine(page);
    await page.getByRole("button", { name: "Import 2 reports" }).click();
    assert.match(await page.locator("main").innerText(), /2 reports were imported/);
    await isFine(page);
    await send(page, "invented.csv", csv([HEAD, ...rows(device)]));
    assert.match(await page.locator("main").innerText(), /every report in it is here already/);
  });

  test(`every problem of a file is listed with its line, on ${device}`, async (t) => {
    const page = await open(t, { device, person: "neighbour" });
    const bad = rows(`bad-${device}`);
    bad[0][2] = "31/02/2026";
    bad[1][5] = "fourteen";
    await send(page, "invented.csv", csv([HEAD, ...bad]));
    assert.equal(await hasHeading(page), "Problems in the file");
    assert.match(await page.title(), /^Error: /);
    const table = await page.locator("#problems table").innerText();
    assert.match(table, /2[\s\S]*received_on/);
    assert.match(table, /3[\s\S]*child_age_band/);
    await isFine(page);
  });

  test(`headings of one's own are placed, on ${device}`, async (t) => {
    const page = await open(t, { device, person: "neighbour" });
    const head = HEAD.map((name) => (name === "platform_first" ? `Their app (${device})` : name));
    await send(page, "invented.csv", csv([head, ...rows(`own-${device}`)]));
    assert.equal(await hasHeading(page), "Which columns are these?");
    await isFine(page);
    await page.getByLabel(/Their app/).selectOption("platform_first");
    await page.getByRole("button", { name: "Continue" }).click();
    assert.equal(await hasHeading(page), "What this file would do");
  });
}

test("a file can be chosen anew after Back, and nothing was written meanwhile", async (t) => {
  const page = await open(t, { person: "neighbour" });
  await send(page, "invented.csv", csv([HEAD, ...rows("back")]));
  assert.equal(await hasHeading(page), "What this file would do");
  await page.goBack();
  assert.equal(await hasHeading(page), "Import reports");
  await send(page, "invented.csv", csv([HEAD, ...rows("back")]));
  assert.match(await page.locator("main").innerText(), /New: a case is opened for each\s+2/);
});

test("what is no table of reports is refused, and the page says what to do", async (t) => {
  const page = await open(t, { person: "neighbour" });
  await go(page, "/import");
  await page.getByRole("button", { name: "See what it would do" }).click();
  assert.match(await page.locator(".govuk-error-summary").innerText(), /Choose a file that holds at least one report/);
  await isFine(page);
  await send(page, "invented.xlsx", Buffer.from("PK\x03\x04 no workbook at all", "latin1"));
  await isFine(page);
  assert.match(await page.title(), /^Error: /);
});

test("choosing a sheet works without script, and a wrong choice can be mended", async (t) => {
  const page = await open(t, { person: "neighbour", script: false });
  const sheets = [{ name: "Read me", rows: NOT_A_TABLE }, { name: "Spring", rows: [HEAD, ...rows("plain")] }];
  await send(page, "invented.xlsx", workbook(sheets));
  await page.getByLabel("The sheet to import").selectOption("Read me");
  await page.getByRole("button", { name: "Continue" }).click();
  await hasHeading(page);
  await page.locator('main a[href="/import"]').first().click();
  await send(page, "invented.xlsx", workbook(sheets));
  await page.getByLabel("The sheet to import").selectOption("Spring");
  await page.getByRole("button", { name: "Continue" }).click();
  assert.equal(await hasHeading(page), "What this file would do");
});
