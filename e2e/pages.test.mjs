// What must be true of every page, on a desk and on a phone, with and without script.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { axe, go, hasHeading, hasWayOn, noSidewaysScroll, noUnsafeCsp, open, traces, URL_OF_SERVER } from "./harness.mjs";
import { NOT_LISTED, PAGES, pathOf } from "./pages.mjs";
import { getRoutes } from "./routes.mjs";

test("every page that the program registers is in the list, and nothing else", async () => {
  const routes = await getRoutes();
  const listed = new Set(PAGES.filter(({ status }) => status !== 404).map(({ path }) => path.split("?")[0]));
  const missing = routes.filter((route) => !listed.has(route) && !(route in NOT_LISTED));
  assert.deepEqual(missing, [], "routes without a line in pages.mjs");
  const gone = [...listed, ...Object.keys(NOT_LISTED)].filter((path) => !routes.includes(path));
  assert.deepEqual(gone, [], "lines without a route");
});

/** What each page is headed, as somebody with script sees it. */
const headings = new Map();

for (const entry of PAGES) {
  const { name, person, status, fresh } = entry;
  describe(name, () => {
    for (const device of ["desktop", "phone"]) {
      test(`${name} on ${device} can be used by everybody`, async (t) => {
        const page = await open(t, { device, person, fresh });
        const response = await go(page, await pathOf(page, entry), status);
        noUnsafeCsp(response);
        headings.set(name, await hasHeading(page));
        await noSidewaysScroll(page);
        await hasWayOn(page);
        await axe(page);
      });
    }

    test(`${name} says the same without script`, async (t) => {
      const plain = await open(t, { person, fresh, script: false });
      await go(plain, await pathOf(plain, entry), status);
      assert.equal(await hasHeading(plain), headings.get(name));
    });

    if (person) {
      test(`threat_t10 ${name} is closed to a stranger`, async (t) => {
        const insider = await open(t, { person, fresh });
        const path = await pathOf(insider, entry);
        const answer = await fetch(URL_OF_SERVER + path, { redirect: "manual" });
        assert.equal(answer.status, 303);
        assert.match(answer.headers.get("location"), /^\/sign-in/);
      });
    } else {
      test(`threat_t02 ${name} leaves nothing in the browser`, async (t) => {
        const page = await open(t);
        await go(page, await pathOf(page, entry), status);
        assert.deepEqual(await traces(page), []);
      });
    }
  });
}
