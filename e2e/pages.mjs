// Every page that a person can open, with who opens it. The page tests and `cargo xtask shots` go through this list:
// a new page gets its line here.
//
//   path     where it is; `{case}` stands for the first case of the list
//   person   a role of people.mjs; null for somebody who is not signed in

export const PAGES = [
  { name: "sign-in", path: "/sign-in", person: null },
  { name: "signed-out", path: "/signed-out", person: null },
  { name: "licences", path: "/licences", person: null },
  { name: "not-found", path: "/no-such-page", person: null, status: 404 },
  { name: "home", path: "/start", person: "lead" },
  { name: "cases", path: "/cases", person: "lead" },
  { name: "case", path: "/cases/{case}", person: "lead" },
  { name: "case-parts", path: "/cases/{case}/parts", person: "lead" },
  { name: "case-people", path: "/cases/{case}/people", person: "lead" },
  { name: "case-file", path: "/cases/{case}/file", person: "lead" },
  { name: "case-add", path: "/cases/{case}/add/payment", person: "lead" },
  { name: "case-links", path: "/cases/{case}/links", person: "lead" },
  { name: "pools", path: "/pools", person: "lead" },
  { name: "trends", path: "/trends", person: "lead" },
  { name: "import", path: "/import", person: "lead" },
  { name: "case-seen", path: "/cases/{case}/seen", person: "lead" },
  { name: "case-refer", path: "/cases/{case}/refer", person: "lead" },
  { name: "report-new", path: "/report/new", person: "lead" },
  { name: "report-drafts", path: "/report/drafts", person: "lead" },
  { name: "referrals", path: "/referrals", person: "lead" },
  { name: "people", path: "/people", person: "administrator" },
  { name: "audit", path: "/audit", person: "auditor" },
  { name: "how-we-calculate", path: "/how-we-calculate", person: null },
];

/** The path of a page; looks up the first case of the list where it is needed. */
export async function pathOf(page, { path }) {
  if (!path.includes("{case}")) return path;
  await page.goto("/cases");
  const ids = await page.locator('main a[href^="/cases/"]').evaluateAll((links) =>
    links.map((link) => new URL(link.href).pathname.split("/")[2]).filter((id) => id && id !== "new"),
  );
  if (ids.length === 0) throw new Error("/cases links to no case");
  return path.replace("{case}", ids[0]);
}
