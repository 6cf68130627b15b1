// Signing in and out, as a person does it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { axe, go, hasHeading, open, tabTo } from "./harness.mjs";
import { person } from "./people.mjs";
import { fill, signIn } from "./sign_in.mjs";

// Somebody whom the other files leave alone: signing out must not end a session that they use.
const WHO = "practitioner";

test("threat_t12 a wrong password is refused without saying what was wrong", async (t) => {
  const page = await open(t);
  await go(page, "/sign-in");
  await fill(page, { ...person(WHO), password: "wrong password here", code: "000000" });
  await page.locator("main form button").first().click();
  assert.equal(new URL(page.url()).pathname, "/sign-in");
  const summary = page.locator(".govuk-error-summary");
  assert.equal(await summary.count(), 1, "the problem is said at the top");
  assert.equal(await page.locator('input[type="password"]').inputValue(), "", "the password does not come back");
  await axe(page);
});

test("threat_t13 signing in opens a session, signing out ends it, Back shows nothing", async (t) => {
  const page = await open(t);
  await signIn(page, WHO);
  await hasHeading(page);
  const cookies = await page.context().cookies();
  assert.deepEqual(cookies.map(({ name, httpOnly, secure, sameSite }) => [name, httpOnly, secure, sameSite]), [
    ["__Host-session", true, true, "Strict"],
  ]);
  await page.locator('form[action="/sign-out"] button').first().click();
  assert.equal(new URL(page.url()).pathname, "/signed-out");
  assert.deepEqual(await page.context().cookies(), []);
  await page.goBack();
  assert.equal(new URL(page.url()).pathname, "/sign-in", "Back asks to sign in");
});

test("the keyboard alone is enough to sign in", async (t) => {
  const page = await open(t);
  await go(page, "/sign-in");
  const { email, password } = person("analyst");
  await (await tabTo(page, /e-mail/i)).pressSequentially(email);
  await (await tabTo(page, /password/i)).pressSequentially(password);
  const code = (await page.locator("[data-sample-code]").innerText()).trim();
  await (await tabTo(page, /code/i)).pressSequentially(code);
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.pathname !== "/sign-in");
});
