// The people of the invented region, by what they do. A pattern is looked for in the line with which the program
// prints their sign-in.

const PATTERNS = {
  lead: /safeguarding lead/i,
  practitioner: /practitioner/i,
  analyst: /analyst/i,
  coordinator: /coordinator/i,
  administrator: /administrator/i,
  auditor: /auditor/i,
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
