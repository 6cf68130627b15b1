// Runs the browser tests: starts the program, runs every *.test.mjs one after the other, stops it.
//
//   node run.mjs                     all
//   node run.mjs sign_in.test.mjs    one file
//   node run.mjs pages.test.mjs --test-name-pattern=trends    what is so named
//   DAYMARK_URL=http://localhost:8080 DAYMARK_PEOPLE='[…]' node run.mjs    against a server that runs already

import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { prepare } from "./prepare.mjs";
import { start } from "./server.mjs";

const here = import.meta.dirname;
const given = process.argv.slice(2);
const asked = given.filter((word) => !word.startsWith("--"));
const files = asked.length > 0 ? asked : (await readdir(here)).filter((name) => name.endsWith(".test.mjs")).sort();
if (files.length === 0) throw new Error("there is no test");

const server = process.env.DAYMARK_URL
  ? { url: process.env.DAYMARK_URL, people: JSON.parse(process.env.DAYMARK_PEOPLE ?? "[]"), stop: async () => {} }
  : await start();
const sessions = await mkdtemp(join(tmpdir(), "daymark-sessions-"));
process.env.DAYMARK_PEOPLE = JSON.stringify(server.people);
process.env.DAYMARK_SESSIONS = sessions;
let code = 1;
try {
  await prepare(server.url);
  code = await tests(files);
} finally {
  await server.stop();
  await rm(sessions, { recursive: true, force: true });
}
process.exitCode = code;

function tests(files) {
  // One file at a time: the machine is small, and the tests share one region.
  const options = ["--test", "--test-concurrency=1", "--test-reporter=spec", "--test-reporter-destination=stdout"];
  options.push(...given.filter((word) => word.startsWith("--")));
  if (process.env.DAYMARK_E2E_JUNIT) {
    options.push("--test-reporter=junit", `--test-reporter-destination=${process.env.DAYMARK_E2E_JUNIT}`);
  }
  const env = {
    ...process.env,
    DAYMARK_URL: server.url,
  };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...options, ...files], { cwd: here, env, stdio: "inherit" });
    child.once("error", reject);
    child.once("exit", (status, signal) => resolve(signal ? 1 : status));
  });
}
