// What every browser test uses: pages as people open them, and what must be true of each.

import assert from "node:assert/strict";
import { after } from "node:test";

import { AxeBuilder } from "@axe-core/playwright";

import { DEVICES, browser, closeBrowser } from "./browser.mjs";
import { session } from "./sign_in.mjs";

export { tabTo } from "./keyboard.mjs";

export const URL_OF_SERVER = process.env.DAYMARK_URL;
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];
const watched = new WeakMap();

/**
 * A fresh window: `device` is `desktop` or `phone`, `person` a role of people.mjs or null, `script` whether scripts run,
 * `fresh` whether they signed in a moment ago.
 * It closes with the test `t`, which then fails if a page asked another host, was stopped by its own content policy or
 * had an error in a script.
 */
export async function open(t, { device = "desktop", person = null, script = true, fresh = false } = {}) {
  const running = await browser();
  const options = { ...DEVICES[device], baseURL: URL_OF_SERVER, javaScriptEnabled: script, locale: "en-GB" };
  if (person) options.storageState = await session(running, person, URL_OF_SERVER, fresh);
  const context = await running.newContext(options);
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const seen = { requests: [], problems: [] };
  watched.set(page, seen);
  page.on("request", (request) => seen.requests.push(request.url()));
  page.on("pageerror", (error) => seen.problems.push(`script error: ${error.message}`));
  page.on("console", (message) => {
    if (/Content Security Policy|Content-Security-Policy|TrustedHTML|TrustedScript/.test(message.text())) {
      seen.problems.push(message.text());
    }
  });
  t.after(async () => {
    await context.close();
    noForeignRequests(page);
    assert.deepEqual(seen.problems, [], "the page's own scripts and content policy agree");
  });
  return page;
}

after(closeBrowser);

/** Goes to a page and expects it to answer. */
export async function go(page, path, status = 200) {
  const response = await page.goto(path);
  assert.equal(response.status(), status, `${path} answers ${response.status()}`);
  return response;
}

/** No finding of axe: WCAG 2.0, 2.1 and 2.2, A and AA, and best practice. */
export async function axe(page) {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  const lines = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} (${help}) at ${target.join(" ")}: ${failureSummary}`),
  );
  assert.deepEqual(lines, [], "axe finds nothing");
}

/** Everything that the page asked for came from our server. */
export function noForeignRequests(page) {
  const foreign = watched.get(page).requests.filter((url) => {
    const { protocol, origin } = new URL(url);
    return protocol !== "about:" && origin !== new URL(URL_OF_SERVER).origin;
  });
  assert.deepEqual(foreign, [], "no request to another host");
}

/** The content policy is there, starts from nothing, and allows nothing unsafe. */
export function noUnsafeCsp(response) {
  const policy = response.headers()["content-security-policy"];
  assert.ok(policy, "there is a content policy");
  assert.match(policy, /default-src 'none'/);
  assert.doesNotMatch(policy, /unsafe-|\*|data:|https?:/);
}

/** Nothing is cut off or needs sideways scrolling. */
export async function noSidewaysScroll(page) {
  const [wide, shown] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ]);
  assert.ok(wide <= shown, `the page is ${wide} pixels wide, the window ${shown}`);
}

/** One main heading, and a title that starts with it or names it. */
export async function hasHeading(page) {
  const headings = await page.locator("h1").allInnerTexts();
  assert.equal(headings.length, 1, `main headings: ${headings.join(" | ")}`);
  assert.ok((await page.title()).trim().length > 0, "the page has a title");
  return headings[0].trim();
}

/** Somewhere to go from here, other than header and footer: a link or a button in the page itself. */
export async function hasWayOn(page) {
  const ways = await page.locator("main a[href], main button, nav[aria-label] a[href]").count();
  assert.ok(ways > 0, "the page is no dead end");
}

/** What a browser would keep after a visit: nothing, on pages for anybody. */
export async function traces(page) {
  const cookies = (await page.context().cookies()).map(({ name }) => `cookie ${name}`);
  const stored = await page.evaluate(async () => [
    ...Object.keys(localStorage).map((key) => `localStorage ${key}`),
    ...Object.keys(sessionStorage).map((key) => `sessionStorage ${key}`),
    ...(await indexedDB.databases()).map(({ name }) => `IndexedDB ${name}`),
    ...(await caches.keys()).map((key) => `cache ${key}`),
  ]);
  return [...cookies, ...stored];
}
