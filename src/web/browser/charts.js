import { renderFigure, renderTick } from './figure-text.js';

/**
 * @typedef {import('./figure-text.js').Unit} Unit
 * @typedef {{setOption: (option: unknown) => void, resize: (size?: object) => void, dispose: () => void, on: (event: string, handler: (event: any) => void) => void, renderToSVGString: () => string}} Chart
 */

/** @type {Map<Element, Chart>} */
const charts = new Map();

/** @param {string} name of a colour: `series-1`, `ink` */
function readColour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** @param {string} parts `label|unit;label|unit` */
function buildPointText(parts) {
  const columns = parts.split(';').filter((part) => part !== '');
  return (/** @type {{name: string, value: number[]}} */ point) => {
    const box = document.createElement('div');
    const title = document.createElement('strong');
    title.textContent = point.name;
    box.append(title);
    for (const [place, column] of columns.entries()) {
      const [label = '', unit = 'count'] = column.split('|');
      const line = document.createElement('div');
      line.textContent = `${label}: ${renderFigure(point.value[place], /** @type {Unit} */ (unit))}`;
      box.append(line);
    }
    return box;
  };
}

/** @param {string} text that begins with `$` */
function revive(text) {
  const [kind = '', ...rest] = text.slice(1).split(':');
  const unit = /** @type {Unit} */ (rest.join(':'));
  if (kind === 'unit') return (/** @type {unknown} */ value) => renderFigure(value, unit, { isExact: false });
  if (kind === 'tick') return (/** @type {number} */ value) => renderTick(value, unit);
  if (kind === 'label') return (/** @type {{value: number}} */ point) => renderFigure(point.value, unit);
  if (kind === 'day') return (/** @type {{value: number}} */ axis) => `Day ${Math.round(axis.value)}`;
  if (kind === 'point') return buildPointText(rest.join(':'));
  return readColour(kind);
}

/**
 * What stands for a colour or a function in an option becomes one.
 *
 * @param {any} node
 * @returns {any}
 */
function reviveAll(node) {
  if (typeof node === 'string') return node.startsWith('$') && !/^\$\d/.test(node) ? revive(node) : node;
  if (Array.isArray(node)) return node.map(reviveAll);
  if (node === null || typeof node !== 'object') return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [
      key,
      key === 'name' || key === 'link' ? value : reviveAll(value),
    ]),
  );
}

/** @param {HTMLElement} place */
function readOption(place) {
  const option = reviveAll(JSON.parse(place.dataset['option'] ?? '{}'));
  return {
    ...option,
    textStyle: { ...option.textStyle, fontFamily: getComputedStyle(document.body).fontFamily },
  };
}

/** @param {string} text @param {string} type @param {string} name */
function save(text, type, name) {
  const link = document.createElement('a');
  link.href = type === 'url' ? text : URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
}

/** @param {Element} place */
function renderSvg(place) {
  const drawing = place.querySelector('svg');
  if (drawing === null) return null;
  const copy = /** @type {SVGSVGElement} */ (drawing.cloneNode(true));
  const { width, height } = drawing.getBoundingClientRect();
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  const ground = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  ground.setAttribute('width', '100%');
  ground.setAttribute('height', '100%');
  ground.setAttribute('fill', readColour('ground'));
  copy.prepend(ground);
  return { text: new XMLSerializer().serializeToString(copy), width, height };
}

/** @param {Element} place @param {string} name */
async function savePng(place, name) {
  const svg = renderSvg(place);
  if (svg === null) return;
  const image = new Image();
  image.src = URL.createObjectURL(new Blob([svg.text], { type: 'image/svg+xml' }));
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = svg.width * 2;
  canvas.height = svg.height * 2;
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  save(canvas.toDataURL('image/png'), 'url', `${name}.png`);
}

/** @param {HTMLElement} place */
function offerExport(place) {
  const card = place.closest('.card');
  const name = place.dataset['name'] ?? 'chart';
  for (const button of card?.querySelectorAll('button[data-export]') ?? []) {
    /** @type {HTMLElement} */ (button).hidden = false;
    button.addEventListener('click', () => {
      const svg = renderSvg(place);
      if (button.getAttribute('data-export') === 'png') void savePng(place, name);
      else if (svg !== null) save(svg.text, 'image/svg+xml', `${name}.svg`);
    });
  }
}

/** Draws every chart of the page, again when the colours change, wider or narrower with its place. */
export async function drawCharts() {
  const places = /** @type {HTMLElement[]} */ ([...document.querySelectorAll('[data-option]')]);
  if (places.length === 0) return;
  const library = new URL('echarts.js', import.meta.url).href;
  const echarts = await import(library);
  const sizes = new ResizeObserver((entries) => {
    for (const { target } of entries) charts.get(target)?.resize();
  });
  for (const place of places) {
    /** @type {Chart} */
    const chart = echarts.init(place, null, { renderer: 'svg' });
    chart.setOption(readOption(place));
    chart.on('click', ({ data }) => {
      if (typeof data?.link === 'string' && data.link.startsWith('/')) location.assign(data.link);
    });
    charts.set(place, chart);
    sizes.observe(place);
    offerExport(place);
  }
  const redraw = () => {
    for (const [place, chart] of charts) chart.setOption(readOption(/** @type {HTMLElement} */ (place)));
  };
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
  const print = matchMedia('print');
  print.addEventListener('change', () => {
    for (const chart of charts.values()) chart.resize();
    redraw();
  });
  document.documentElement.dataset['charts'] = 'drawn';
}
