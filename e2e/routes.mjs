// The routes that the program itself registers. A test of the program keeps this list equal to its registry, so that a
// page nobody opens here fails the run.

import { readFile } from "node:fs/promises";
import { join } from "node:path";

const SNAPSHOT = "../crates/web/src/testing/snapshots/daymark_web__testing__matrix__the_routes.snap";

/** The paths that answer GET, with `{name}` for what varies. */
export async function getRoutes() {
  const text = await readFile(join(import.meta.dirname, SNAPSHOT), "utf8");
  const paths = [...text.matchAll(/^GET +(\S+)/gm)].map(([, path]) => path);
  if (paths.length < 30) throw new Error(`only ${paths.length} routes in ${SNAPSHOT}`);
  return paths;
}

/** A pattern for the addresses of a route. */
export function pattern(route) {
  const parts = route.split("/").map((part) => (/^\{.*\}$/.test(part) ? "[^/?#]+" : part.replace(/\./g, "\\.")));
  return new RegExp(`^${parts.join("/")}$`);
}
