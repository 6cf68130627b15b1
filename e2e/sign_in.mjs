// Signing in as a person does it. The sample region shows the security code of this moment on the page.
//
// A code works once. Sessions are kept for the whole run, so that a person signs in once, not in every test.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { tabTo } from "./keyboard.mjs";
import { person } from "./people.mjs";

const CODE_LIVES_MS = 31_000;
/** What names a child or decides who signs in asks for a proof of the last ten minutes. */
const FRESH_MS = 480_000;
const LOOK_AGAIN_MS = 120_000;
const lookedAt = new Map();

/** Fills in the form and sends it; `who` is a role of people.mjs. Waits for the next code if this one was used. */
export async function signIn(page, who) {
  const { email, password } = person(who);
  let used = null;
  for (const until = Date.now() + 2 * CODE_LIVES_MS; Date.now() < until; await pause(500)) {
    await page.goto("/sign-in");
    const code = (await page.locator("[data-sample-code]").innerText()).trim();
    if (code === used) continue;
    await fill(page, { email, password, code });
    await page.locator("main form button").first().click();
    if (new URL(page.url()).pathname !== "/sign-in") return;
    used = code;
  }
  throw new Error(`${who} (${email}) could not sign in`);
}

/** The same with the keyboard alone. */
export async function signInByKeyboard(page, who) {
  const { email, password } = person(who);
  let used = null;
  for (const until = Date.now() + 2 * CODE_LIVES_MS; Date.now() < until; await pause(500)) {
    await page.goto("/sign-in");
    const code = (await page.locator("[data-sample-code]").innerText()).trim();
    if (code === used) continue;
    await (await tabTo(page, /e-mail/i)).pressSequentially(email);
    await (await tabTo(page, /password/i)).pressSequentially(password);
    await (await tabTo(page, /code/i)).pressSequentially(code);
    await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
    if (new URL(page.url()).pathname !== "/sign-in") return;
    used = code;
  }
  throw new Error(`${who} (${email}) could not sign in by keyboard`);
}

/** Types into the fields, found by their kind: names may change. */
export async function fill(page, { email, password, code }) {
  await page.locator('input[type="email"], input[autocomplete="username"]').first().fill(email);
  await page.locator('input[type="password"]').first().fill(password);
  await page.locator('input[autocomplete="one-time-code"]').first().fill(code);
}

/** Whether a session still opens the start page: it ends after fifteen quiet minutes. */
async function isOpen(browser, storageState, baseURL) {
  const secret = storageState.cookies[0]?.value;
  if (Date.now() - (lookedAt.get(secret) ?? 0) < LOOK_AGAIN_MS) return true;
  const context = await browser.newContext({ baseURL, storageState });
  try {
    const answer = await context.request.get("/start", { maxRedirects: 0 });
    if (answer.status() === 200) lookedAt.set(secret, Date.now());
    return answer.status() === 200;
  } finally {
    await context.close();
  }
}

/** The cookies of a person who has signed in at some time in this run; `fresh` asks for less than eight minutes ago. */
export async function session(browser, who, baseURL, fresh = false) {
  const file = join(process.env.DAYMARK_SESSIONS ?? ".", `${who}.json`);
  const kept = await readFile(file, "utf8").catch(() => null);
  if (kept) {
    const state = JSON.parse(kept);
    const young = Date.now() - state.signedInAt < FRESH_MS;
    if ((young || !fresh) && (await isOpen(browser, state, baseURL))) return state;
  }
  const context = await browser.newContext({ baseURL });
  try {
    await signIn(await context.newPage(), who);
    const state = { ...(await context.storageState()), signedInAt: Date.now() };
    await writeFile(file, JSON.stringify(state), { mode: 0o600 });
    return state;
  } finally {
    await context.close();
  }
}
