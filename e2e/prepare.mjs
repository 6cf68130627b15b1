// What the pages need to have something to show: a referral, a request to see a case, a record that somebody began.
// Done once for each run, as the people of the invented region would.

import { browser, closeBrowser } from "./browser.mjs";
import { caseIds, hrefsOf } from "./pages.mjs";
import { session } from "./sign_in.mjs";

/** Makes them on the server at `url`. */
export async function prepare(url) {
  const running = await browser();
  try {
    for (const [person, task] of [["neighbour", askToSee], ["lead", refer], ["lead", beginRecord]]) {
      const storageState = await session(running, person, url);
      const context = await running.newContext({ baseURL: url, storageState, locale: "en-GB" });
      context.setDefaultTimeout(15_000);
      try {
        await task(await context.newPage());
      } finally {
        await context.close();
      }
    }
  } finally {
    await closeBrowser();
  }
}

/** The school asks for each case of the police that is linked to one of its own, until a page says that it asked. */
async function askToSee(page) {
  let asked = 0;
  for (const id of (await caseIds(page, "/cases?linked=yes")).slice(0, 12)) {
    await page.goto(`/cases/${id}/links`);
    const asks = await hrefsOf(page, 'main a[href$="/ask"]');
    for (const href of asks) {
      await page.goto(href);
      if (!/North Yorkshire Police/.test(await page.locator("main").innerText())) continue;
      await page.locator('main [name="reason"]').fill("We support a child in a case that may belong to yours.");
      await page.locator("main form button").first().click();
      asked += 1;
      break;
    }
    if (asked > 0) return;
  }
  throw new Error("no linked case of the police to ask for");
}

async function refer(page) {
  const [id] = await caseIds(page, "/cases");
  await page.goto(`/cases/${id}/refer`);
  const choice = page.locator('main select[name="to"]');
  if ((await choice.count()) > 0) await choice.selectOption({ index: 1 });
  else await page.locator('main input[name="to"]').first().check();
  await page.locator('main [name="reason"]').fill("The child lives in your area now. Please take the support on.");
  await page.locator("main form button").first().click();
}

async function beginRecord(page) {
  await page.goto("/report/new");
  await page.locator('main form[action="/report/search"] button').first().click();
  await page.locator('main form[action="/report/start"] button').last().click();
  if (!/^\/report\//.test(new URL(page.url()).pathname)) throw new Error(`a record began at ${page.url()}`);
}
