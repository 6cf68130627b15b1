// What machines ask, and what every answer carries.

import assert from "node:assert/strict";
import { test } from "node:test";

const url = process.env.DAYMARK_URL;

test("it runs and is ready", async () => {
  for (const path of ["/healthz", "/readyz"]) {
    assert.equal((await fetch(url + path)).status, 200, path);
  }
});

test("every answer is hardened", async () => {
  for (const path of ["/sign-in", "/healthz", "/no-such-page"]) {
    const { headers } = await fetch(url + path);
    assert.equal(headers.get("x-content-type-options"), "nosniff", path);
    assert.equal(headers.get("referrer-policy"), "no-referrer", path);
    assert.match(headers.get("content-security-policy") ?? "", /frame-ancestors 'none'/, path);
    assert.equal(headers.get("server"), null, path);
  }
});

test("pages are kept in no cache", async () => {
  const { headers } = await fetch(`${url}/sign-in`);
  assert.match(headers.get("cache-control") ?? "", /no-store/);
});
