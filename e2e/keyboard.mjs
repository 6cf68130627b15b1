// Moving about without a mouse.

import assert from "node:assert/strict";

/** Moves with Tab alone to what has this accessible name, and checks that one sees where one is. */
export async function tabTo(page, name, atMost = 80) {
  for (let presses = 0; presses < atMost; presses += 1) {
    await page.keyboard.press("Tab");
    const focused = page.locator(":focus");
    if ((await focused.count()) === 0) continue;
    const label = await focused.evaluate((element) => {
      const labels = [...(element.labels ?? [])].map((label) => label.innerText);
      return (element.getAttribute("aria-label") ?? (labels.join(" ") || element.innerText || "")).trim();
    });
    if (!name.test(label)) continue;
    const visible = await focused.evaluate((element) => {
      const style = getComputedStyle(element);
      return style.outlineStyle !== "none" || style.boxShadow !== "none";
    });
    assert.ok(visible, `"${label}" shows that it has the focus`);
    return focused;
  }
  throw new Error(`${atMost} presses of Tab do not reach ${name}`);
}
