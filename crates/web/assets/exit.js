// Leaves at once: by the button, the second skip link, or Shift three times within five seconds.
// The page is blanked first, and `replace` drops it from the tab's history, so Back does not return to it.
const button = document.querySelector('.govuk-js-exit-this-page-button');
if (button) {
  let presses = 0;
  let timer;
  const leave = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    document.documentElement.hidden = true;
    document.title = 'Loading';
    window.location.replace(button.href);
  };
  for (const link of document.querySelectorAll('.govuk-js-exit-this-page-button, .govuk-js-exit-this-page-skiplink')) {
    link.addEventListener('click', leave, true);
  }
  document.addEventListener('keyup', (event) => {
    if (event.key !== 'Shift') {
      presses = 0;
      return;
    }
    clearTimeout(timer);
    timer = setTimeout(() => { presses = 0; }, 5000);
    presses += 1;
    if (presses >= 3) leave(event);
  }, true);
  // Links between these pages replace too: a whole visit leaves one entry in the history at most.
  for (const link of document.querySelectorAll('main a[href^="/"]')) {
    link.addEventListener('click', (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      window.location.replace(link.href);
    });
  }
}
