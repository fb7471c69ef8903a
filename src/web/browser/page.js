import { drawCharts } from './charts.js';

/** What is old stays to be seen, fainter, until what is new has come; after a second only where it will stand. */
function showLoading() {
  const tiles = document.querySelector('#tiles');
  tiles?.classList.add('dim');
  setTimeout(() => tiles?.classList.add('waiting'), 1000);
}

/** @param {HTMLFormElement} form whose empty fields are not sent, so that addresses stay short */
function submitFilters(form) {
  showLoading();
  form.requestSubmit();
}

function followFilters() {
  const form = /** @type {HTMLFormElement | null} */ (document.querySelector('form.filters'));
  if (form === null) return;
  for (const field of form.querySelectorAll('select, input[type=date]'))
    field.addEventListener('change', () => submitFilters(form));
  for (const pick of /** @type {NodeListOf<HTMLDetailsElement>} */ (form.querySelectorAll('details.pick'))) {
    let isChanged = false;
    pick.addEventListener('change', () => {
      isChanged = true;
    });
    pick.addEventListener('toggle', () => {
      if (pick.open) keepInside(pick);
      else if (isChanged) submitFilters(form);
    });
  }
}

/** @param {HTMLDetailsElement} pick whose list would stand out on the right opens to the left */
function keepInside(pick) {
  pick.classList.remove('right');
  const list = pick.querySelector('div');
  if (list !== null && list.getBoundingClientRect().right > document.documentElement.clientWidth)
    pick.classList.add('right');
}

/** @param {EventTarget | null} except stays open */
function closePicks(except) {
  for (const pick of /** @type {NodeListOf<HTMLDetailsElement>} */ (
    document.querySelectorAll('details.pick[open]')
  ))
    if (!(except instanceof Node && pick.contains(except))) pick.open = false;
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** @type {Readonly<Record<string, () => void>>} */
const KEYS = {
  '/': () => {
    const field = document.querySelector('input[type=search], form.filters select, form.filters summary');
    if (field instanceof HTMLElement) field.focus();
  },
  '?': () => {
    const help = document.querySelector('#keyboard-help');
    if (help instanceof HTMLDialogElement && !help.open) help.showModal();
  },
  '[': () => followLink('prev'),
  ']': () => followLink('next'),
};

/** @param {string} rel */
function followLink(rel) {
  const link = document.querySelector(`a[rel=${rel}]`);
  if (link instanceof HTMLAnchorElement) link.click();
}

document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') {
    closePicks(null);
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const act = KEYS[event.key];
  if (act === undefined) return;
  event.preventDefault();
  act();
});
document.addEventListener('click', (event) => closePicks(event.target));

followFilters();
void drawCharts();
