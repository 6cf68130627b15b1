// Every page that a person can open, with who opens it. The page tests and `cargo xtask shots` go through this list:
// a new page gets its line here, and the test of the routes says so when it is missing.
//
//   path     where it is; an address with `{…}` is looked up by following links, never made up
//   from     where the links to such an address are: the path of another line
//   person   a role of people.mjs; null for somebody who is not signed in
//   fresh    whether the page asks for a proof of the last ten minutes

import { pattern } from "./routes.mjs";

export const PAGES = [
  { name: "sign-in", path: "/sign-in", person: null },
  { name: "signed-out", path: "/signed-out", person: null },
  { name: "help", path: "/help", person: null },
  { name: "privacy", path: "/privacy", person: null },
  { name: "cookies", path: "/cookies", person: null },
  { name: "accessibility", path: "/accessibility", person: null },
  { name: "how-we-calculate", path: "/how-we-calculate", person: null },
  { name: "licences", path: "/licences", person: null },
  { name: "not-found", path: "/no-such-page", person: null, status: 404 },
  { name: "home", path: "/start", person: "lead" },
  { name: "home-practitioner", path: "/start", person: "practitioner" },
  { name: "home-analyst", path: "/start", person: "analyst" },
  { name: "home-coordinator", path: "/start", person: "coordinator" },
  { name: "home-trainer", path: "/start", person: "trainer" },
  { name: "home-administrator", path: "/start", person: "administrator" },
  { name: "home-auditor", path: "/start", person: "auditor" },
  { name: "step-up", path: "/step-up", person: "lead" },
  { name: "cases", path: "/cases", person: "lead" },
  { name: "cases-coarse", path: "/cases", person: "analyst" },
  { name: "cases-linked", path: "/cases?linked=yes", person: "lead" },
  { name: "case", path: "/cases/{case}", from: "/cases", person: "lead" },
  { name: "case-add", path: "/cases/{case}/add/{kind}", from: "/cases/{case}", person: "lead" },
  { name: "case-field", path: "/cases/{case}/entity/{entity}/{field}", from: "/cases/{case}", person: "lead" },
  { name: "case-file", path: "/cases/{case}/file", from: "/cases/{case}", person: "lead" },
  { name: "case-identity", path: "/cases/{case}/identity", from: "/cases/{case}", person: "lead", fresh: true },
  { name: "case-identity-change", path: "/cases/{case}/identity/change", under: "/cases/{case}", person: "lead", fresh: true },
  { name: "case-links", path: "/cases/{case}/links", under: "/cases/{case}", linked: true, person: "lead" },
  { name: "case-links-ask", path: "/cases/{case}/links/{other}/ask", from: "/cases/{case}/links", person: "lead" },
  { name: "case-parts", path: "/cases/{case}/parts", from: "/cases/{case}", person: "lead" },
  { name: "case-part", path: "/cases/{case}/parts/{incident}/{party}", from: "/cases/{case}/parts", person: "lead" },
  { name: "case-people", path: "/cases/{case}/people", from: "/cases/{case}", person: "lead" },
  { name: "case-seen", path: "/cases/{case}/seen", from: "/cases/{case}", person: "lead" },
  { name: "case-refer", path: "/cases/{case}/refer", from: "/cases/{case}", person: "lead" },
  { name: "request", path: "/requests/{case}/{agency}", from: "/start", person: "lead" },
  { name: "pools", path: "/pools", person: "lead" },
  { name: "pool", path: "/pools/{pool}", from: "/pools", person: "lead" },
  { name: "trends", path: "/trends", person: "lead" },
  { name: "trends-all", path: "/trends?area=all&period=104", person: "coordinator" },
  { name: "trends-cases", path: "/trends/cases", from: "/trends", person: "lead" },
  { name: "flag", path: "/trends/flags/{flag}", from: "/trends", person: "lead" },
  { name: "report-new", path: "/report/new", person: "lead" },
  { name: "report-search", path: "/report/search", person: "lead" },
  { name: "report-start", path: "/report/start", person: "lead" },
  { name: "report-drafts", path: "/report/drafts", person: "lead" },
  { name: "report", path: "/report/{draft}", from: "/report/drafts", person: "lead" },
  { name: "report-step", path: "/report/{draft}/{step}", from: "/report/{draft}", person: "lead" },
  { name: "report-check", path: "/report/{draft}/check", under: "/report/{draft}", person: "lead" },
  { name: "report-found", path: "/report/{draft}/found", under: "/report/{draft}", person: "lead" },
  { name: "report-submit", path: "/report/{draft}/submit", under: "/report/{draft}", person: "lead" },
  { name: "report-discard", path: "/report/{draft}/discard", under: "/report/{draft}", person: "lead" },
  { name: "report-done", path: "/report/done/{case}", under: "/cases/{case}", person: "lead" },
  { name: "referrals", path: "/referrals", person: "lead" },
  { name: "referral", path: "/referrals/{id}", from: "/referrals", person: "lead" },
  { name: "import", path: "/import", person: "lead" },
  { name: "people", path: "/people", person: "administrator" },
  { name: "people-invite", path: "/people/invite", person: "administrator", fresh: true },
  { name: "person", path: "/people/{member}", from: "/people", person: "administrator", fresh: true },
  { name: "audit", path: "/audit", person: "auditor" },
  { name: "audit-older", path: "/audit?page=2", person: "auditor" },
];

/** GET routes that are no page to look at, or that a test of their own opens; each with the reason. */
export const NOT_LISTED = {
  "/": "sends on to /start or /sign-in",
  "/api/openapi.json": "for machines",
  "/assets/{file}": "style sheets, scripts and fonts",
  "/cases/{case}/entity/{entity}/history": "an answer must have been changed first: the journey of a case opens it",
  "/healthz": "for machines",
  "/import/template.csv": "a file",
  "/import/template.xlsx": "a file",
  "/invitation/{token}": "its address is shown once: the journey of an invitation opens it",
  "/metrics": "for machines",
  "/readyz": "for machines",
  "/report/{draft}/{step}/item/{item}": "needs something in a list of a draft; the room's own tests open it, no browser does yet",
  "/report/{draft}/{step}/remove/{item}": "needs something in a list of a draft; the room's own tests open it, no browser does yet",
  "/trends.csv": "a file",
  "/unsent/{unsent}": "a session must have timed out first: the program's own tests open it",
};

/** Words in addresses that stand where `{…}` does and are pages of their own. */
const WORDS = new Set(["new", "search", "start", "drafts", "done", "invite", "check", "found", "submit", "discard"]);
const known = new Map();

/** The path of a page; where it varies, found by following links as this person sees them. */
export async function pathOf(page, asked) {
  if (!asked.path.includes("{") && asked.from === undefined) return asked.path;
  const entry = asked.from === undefined && asked.under === undefined ? byPath(asked.path) : asked;
  const key = `${entry.person} ${entry.name}`;
  if (!known.has(key)) known.set(key, await look(page, entry));
  return known.get(key);
}

async function look(page, entry) {
  if (entry.under) {
    const parent = entry.linked ? await linkedCase(page) : await pathOf(page, byPath(entry.under));
    const id = parent.split("/").pop();
    return entry.path.replace(/\{[a-z]+\}/, id);
  }
  for (const start of await starts(page, entry)) {
    await page.goto(start);
    const wanted = pattern(entry.path);
    const hrefs = await hrefsOf(page, "main a[href]");
    const found = hrefs.map((href) => new URL(href)).find(({ pathname }) => {
      const words = pathname.split("/").slice(2);
      const varies = entry.path.split("/").slice(2);
      return wanted.test(pathname) && !words.some((word, at) => varies[at]?.startsWith("{") && WORDS.has(word));
    });
    if (found) return found.pathname + found.search;
  }
  throw new Error(`no link to ${entry.path} from ${entry.from}`);
}

/** Where to look for links: the page named, or several of its kind where not each has such a link. */
async function starts(page, { from, path }) {
  if (path.endsWith("/ask")) {
    const ids = await caseIds(page, "/cases?linked=yes");
    return ids.map((id) => `/cases/${id}/links`);
  }
  return [from.includes("{") ? await pathOf(page, byPath(from)) : from];
}

async function linkedCase(page) {
  const [first] = await caseIds(page, "/cases?linked=yes");
  return `/cases/${first}`;
}

/** Where links lead; those inside pictures too, whose `href` is no text. */
export function hrefsOf(page, selector) {
  return page.locator(selector).evaluateAll((links) =>
    links.map((link) => new URL(link.getAttribute("href"), document.baseURI).href),
  );
}

/** The cases of a list. */
export async function caseIds(page, list) {
  await page.goto(list);
  const ids = await page.locator('main th a[href^="/cases/"]').evaluateAll((links) =>
    links.map((link) => new URL(link.href).pathname.split("/")[2]),
  );
  if (ids.length === 0) throw new Error(`${list} links to no case`);
  return ids;
}

function byPath(path) {
  const found = PAGES.find((entry) => entry.path === path);
  if (!found) throw new Error(`pages.mjs has no line for ${path}`);
  return found;
}
