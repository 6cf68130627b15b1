// Our own small behaviours. Every page works without them.

// Print buttons are hidden until a script can answer them.
for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => window.print());
}

// One of several views (map, equal squares, table). Without script all are shown.
for (const group of document.querySelectorAll('[data-views]')) {
  const form = group.querySelector('[data-view-switch]');
  if (!form) continue;
  form.hidden = false;
  const show = () => {
    const chosen = form.querySelector('input:checked');
    for (const view of group.querySelectorAll('[data-view]')) view.hidden = chosen !== null && view.dataset.view !== chosen.value;
  };
  form.addEventListener('change', show);
  show();
}

// A filter that may send itself when something is chosen; its button stays.
for (const form of document.querySelectorAll('form[data-auto-submit]')) {
  form.addEventListener('change', () => form.requestSubmit());
}
