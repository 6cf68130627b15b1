// The real program with an invented region: started on a free port, stopped however the run ends.
//
// DAYMARK_BIN names the program; `cargo xtask test` sets it. By hand: DAYMARK_BIN=../target/demo/daymark node run.mjs

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const READY_WITHIN_MS = 300_000;
/** Small, so that the run is quick; large enough for links, pools and a flagged week. */
const REPORTS = "1500";

/** Starts the program. Answers its address, the sample sign-ins it printed, and how to stop it. */
export async function start(program = process.env.DAYMARK_BIN) {
  if (!program) throw new Error("DAYMARK_BIN must name the `daymark` program");
  const folder = await mkdtemp(join(tmpdir(), "daymark-e2e-"));
  const port = await freePort();
  const child = spawn(
    program,
    ["serve", "--sample", "--reports", REPORTS, "--data", join(folder, "data"), "--listen", `127.0.0.1:${port}`],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  let printed = "";
  let ended = null;
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (printed += text));
  child.on("error", (error) => (ended = String(error)));
  child.on("exit", (code, signal) => (ended = `it ended with ${signal ?? code}`));

  async function stop() {
    if (ended === null) {
      child.kill("SIGTERM");
      for (let waited = 0; ended === null && waited < 10_000; waited += 50) await pause(50);
      if (ended === null) child.kill("SIGKILL");
    }
    await rm(folder, { recursive: true, force: true });
  }
  // A signal to the run must not leave the server behind.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.once(signal, () => stop().finally(() => process.exit(130)));
  }

  // The browser accepts `__Host-` cookies over http on this name only.
  const url = `http://localhost:${port}`;
  const until = Date.now() + READY_WITHIN_MS;
  while (!(await isReady(url))) {
    if (ended !== null || Date.now() > until) {
      await stop();
      throw new Error(`the server is not ready: ${ended ?? "it does not answer"}\n${printed.slice(-4000)}`);
    }
    await pause(50);
  }
  return { url, people: signIns(printed), folder, stop, printed: () => printed };
}

/** The sample sign-ins: lines with an address and, after it, the password. `words` is the whole line. */
export function signIns(printed) {
  const people = [];
  for (const line of printed.split("\n")) {
    const found = line.match(/([^\s|│<>]+@[^\s|│<>]+\.[a-z]+)[\s|│]+(\S+)/);
    if (found && !found[1].includes("://")) people.push({ email: found[1], password: found[2], words: line.trim() });
  }
  return people;
}

async function isReady(url) {
  try {
    return (await fetch(`${url}/readyz`)).status === 200;
  } catch {
    return false;
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
