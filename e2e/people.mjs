// The people of the invented region, by what they do. A pattern is looked for in the line with which the program
// prints their sign-in.

// Whoever is one thing alone stands between two gaps: the lead is an analyst too.
const PATTERNS = {
  lead: /safeguarding lead/i,
  practitioner: /\s{2}practitioner\s{2}/i,
  analyst: /\s{2}analyst\s{2}/i,
  coordinator: /\s{2}panel coordinator\s{2}/i,
  trainer: /\s{2}trainer\s{2}/i,
  administrator: /administrator/i,
  auditor: /auditor/i,
  neighbour: /safeguarding lead.*school trust/i,
};

/** Address and password of a person. */
export function person(role, people = JSON.parse(process.env.DAYMARK_PEOPLE ?? "[]")) {
  const found = people.find(({ words }) => PATTERNS[role].test(words));
  if (!found) {
    const printed = people.map(({ words }) => `  ${words}`).join("\n");
    throw new Error(`no sample sign-in matches ${PATTERNS[role]}; the program printed:\n${printed || "  none"}`);
  }
  return found;
}
