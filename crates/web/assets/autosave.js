// Keeps what is typed on the server while it is being typed. Every page works without it, and nothing is put into
// this browser's storage: computers are shared.
const PAUSE_MS = 1500;
const AGAIN_MS = 10000;
const KEEPALIVE_BYTES = 60000;

const SIGNED_OUT = 'You have been signed out, so the last words are not saved yet. Leave this page open. Sign in again in another tab, then come back and choose Save and continue.';
const OTHER_SESSION = 'You signed in again meanwhile. Choose Save and continue to keep what you typed.';
const REFUSED = 'Part of this looks like a picture or a file, so that part is not kept. Take it out and write what happened in words.';
const NOT_YET = 'Not saved yet. We will try again in a few seconds.';
const GONE = 'This record was saved or thrown away in another tab, so nothing more is kept here.';

for (const form of document.querySelectorAll('form[data-autosave]')) {
  const status = form.querySelector('[data-autosave-status]');
  let changed = false;
  let sending = false;
  let leaving = false;
  let timer;

  const say = (text) => {
    if (status && status.textContent !== text) status.textContent = text;
  };
  const later = (after) => {
    clearTimeout(timer);
    timer = setTimeout(keep, after);
  };
  const body = () => new URLSearchParams(new FormData(form));

  async function keep() {
    if (!changed || leaving) return;
    if (sending) return later(PAUSE_MS);
    sending = true;
    changed = false;
    let again = false;
    try {
      const answer = await fetch(form.dataset.autosave, { method: 'POST', body: body(), redirect: 'manual' });
      if (answer.status === 204) {
        const now = new Date().toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
        say(`Saved ${now}`);
      } else if (answer.type === 'opaqueredirect') say(SIGNED_OUT);
      else if (answer.status === 403) say(OTHER_SESSION);
      else if (answer.status === 404) say(GONE);
      else if (answer.status === 415) say(REFUSED);
      else again = true;
    } catch {
      again = true;
    }
    sending = false;
    if (again) {
      changed = true;
      say(NOT_YET);
      later(AGAIN_MS);
    }
  }

  // The page is being left or put away: what is not kept yet goes out with it.
  const leave = () => {
    if (!changed || leaving) return;
    const last = body();
    if (last.toString().length > KEEPALIVE_BYTES) return;
    changed = false;
    fetch(form.dataset.autosave, { method: 'POST', body: last, redirect: 'manual', keepalive: true }).catch(() => {
      changed = true;
    });
  };

  const note = () => {
    changed = true;
    later(PAUSE_MS);
  };
  form.addEventListener('input', note);
  form.addEventListener('change', note);
  form.addEventListener('submit', () => {
    leaving = true;
  });
  // Back from the page after this one, out of the browser's memory: keep on keeping.
  window.addEventListener('pageshow', () => {
    leaving = false;
  });
  window.addEventListener('pagehide', leave);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') leave();
  });
}
