// Somebody new: invited, choosing a password and an authenticator app, keeping recovery codes, signing in with one.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";

import { axe, go, hasHeading, noSidewaysScroll, open } from "./harness.mjs";
import { person } from "./people.mjs";
import { fill } from "./sign_in.mjs";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const PASSWORD = "invented-copper-otter-hillside";

/** The code that an authenticator app shows for this secret, as RFC 6238 has it. */
function codeOf(secret) {
  const bits = [...secret.replace(/[^A-Z2-7]/gi, "").toUpperCase()].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, "0"));
  const bytes = bits.join("").match(/.{8}/g).map((byte) => parseInt(byte, 2));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const hash = createHmac("sha1", Buffer.from(bytes)).update(counter).digest();
  const at = hash[19] & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

async function isFine(page) {
  await hasHeading(page);
  await noSidewaysScroll(page);
  await axe(page);
}

/** Where this session no longer counts as fresh, proves again who it is. */
async function proved(page, who) {
  if ((await page.locator("h1").innerText()) !== "Prove again that it is you") return;
  await page.locator('input[type="password"]').fill(person(who).password);
  for (let tries = 0; tries < 70; tries += 1) {
    await page.locator('input[autocomplete="one-time-code"]').fill((await page.locator("[data-sample-code]").innerText()).trim());
    await page.locator("main form button").first().click();
    if ((await page.locator("h1").innerText()) !== "Prove again that it is you") return;
    await page.waitForTimeout(1000);
    await page.goto(page.url());
    await page.locator('input[type="password"]').fill(person(who).password);
  }
}

for (const device of ["desktop", "phone"]) {
  test(`somebody is invited, joins and signs in with a recovery code, on ${device}`, async (t) => {
    const email = `e2e.${device}@example.org`;
    const administrator = await open(t, { device, person: "administrator" });
    await go(administrator, "/people/invite");
    await proved(administrator, "administrator");
    await administrator.getByRole("button", { name: "Make the invitation" }).click();
    assert.match(await administrator.title(), /^Error: /, "an empty form says what is missing");
    await isFine(administrator);
    await administrator.getByLabel("Their name").fill("Invented Newcomer");
    await administrator.getByLabel("Their work e-mail address").fill(email);
    await administrator.getByLabel("Practitioner").check();
    await administrator.getByRole("button", { name: "Make the invitation" }).click();
    await isFine(administrator);
    const link = await administrator.locator("[data-invitation]").getAttribute("href");

    const page = await open(t, { device });
    await go(page, link);
    await isFine(page);
    await page.locator('input[type="password"]').first().fill("short");
    await page.locator("main form button").first().click();
    assert.match(await page.locator(".govuk-error-summary").innerText(), /same password twice[\s\S]*six digits/);
    await isFine(page);
    for (const box of await page.locator('input[type="password"]').all()) await box.fill(PASSWORD);
    await page.locator('input[autocomplete="one-time-code"]').fill(codeOf(await page.locator("[data-secret]").innerText()));
    await page.locator("main form button").first().click();
    assert.equal(await hasHeading(page), "Keep your recovery codes");
    await isFine(page);
    const codes = await page.locator("main li").allInnerTexts();
    assert.ok(codes.length >= 8, `${codes.length} recovery codes`);

    await go(page, "/sign-in");
    await fill(page, { email, password: PASSWORD, code: codes[0] });
    await page.locator("main form button").first().click();
    assert.equal(new URL(page.url()).pathname, "/start");
    await isFine(page);
    const again = await open(t, { device });
    await go(again, link, 404);
    await isFine(again);
  });
}
