// Line charts as SVG: bands, series that can be switched off, values under the pointer or by the arrow keys.

import { h, s } from "./dom.js";

const INKS = ["blue", "vermillion", "green", "orange", "black", "purple", "grey"];
const HEIGHT = 300;
const EDGE = { top: 10, right: 14, bottom: 42, left: 54 };

/** The colour and dash of the n-th series: seven colours that all readers can tell apart, then the same dashed. */
export const ink = (n) => ({ ink: INKS[n % INKS.length], dashed: n >= INKS.length });

function ticks(low, high, wanted) {
  const rough = (high - low) / Math.max(1, wanted);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough * 0.999) ?? rough;
  const found = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) found.push(i * step || 0); // No −0.
  return { step, found };
}

function tickText(value, step) {
  const decimals = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  if (Math.abs(value) >= 1e9) return value / 1e9 + " G";
  if (Math.abs(value) >= 1e6) return value / 1e6 + " M";
  return value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).replace("-", "−");
}

function extent(series, y) {
  let [left, right, low, high] = [0, 0, Infinity, -Infinity];
  for (const one of series) {
    for (const [x, value] of one.points) {
      right = Math.max(right, x);
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    for (const [, bottom, top] of one.band ?? []) {
      low = Math.min(low, bottom);
      high = Math.max(high, top);
    }
  }
  if (low > high) [low, high] = [0, 1];
  if (y.zero) low = Math.min(0, low);
  const room = (high - low || Math.abs(high) || 1) * 0.05;
  high = Math.min(y.most ?? Infinity, high + room);
  return { left, right: right || 1, low: y.zero ? low : low - room, high: high > low ? high : low + 1 };
}

/** Many points on few pixels: the first, lowest, highest and last of each column keep the picture. */
function thin(points, columns) {
  if (points.length <= columns * 4) return points;
  const kept = [];
  const size = points.length / columns;
  for (let column = 0; column < columns; column++) {
    const slice = points.slice(Math.floor(column * size), Math.floor((column + 1) * size));
    let [low, high] = [0, 0];
    slice.forEach((point, i) => {
      if (point[1] < slice[low][1]) low = i;
      if (point[1] > slice[high][1]) high = i;
    });
    for (const i of [...new Set([0, low, high, slice.length - 1])].sort((a, b) => a - b)) kept.push(slice[i]);
  }
  return kept;
}

/** The last point at or before a place. */
function at(points, x) {
  let [low, high] = [0, points.length - 1];
  if (high < 0 || points[0][0] > x) return null;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (points[middle][0] <= x) low = middle;
    else high = middle - 1;
  }
  return points[low];
}

export class Chart {
  #series = [];
  #hidden = new Set();
  #axes = null;
  #scale = null;
  #cursor = null;
  #legend = h("ul", { class: "legend" });
  #plot = h("div", { class: "plot", tabindex: "0", role: "img" });
  #tip = h("div", { class: "tip", hidden: true });
  #svg = null;
  #mark = null;

  constructor(title) {
    this.title = h("h3", {}, title);
    this.element = h("figure", { class: "chart-box" }, this.title, this.#legend, h("div", { class: "stage" }, this.#plot, this.#tip));
    new ResizeObserver(() => this.#draw()).observe(this.#plot);
    this.#plot.addEventListener("pointermove", (event) => this.#point(event));
    this.#plot.addEventListener("pointerdown", (event) => this.#point(event));
    this.#plot.addEventListener("pointerleave", () => this.#show(null));
    this.#plot.addEventListener("blur", () => this.#show(null));
    this.#plot.addEventListener("keydown", (event) => this.#key(event));
  }

  /** Shows series: { label, ink, dashed, points: [[x, y]], band: [[x, low, high]] } on axes { x, y } of axes.js. */
  set(series, axes) {
    this.#series = series;
    this.#axes = axes;
    this.#drawLegend();
    this.#draw();
  }

  get #visible() {
    return this.#series.filter((one) => !this.#hidden.has(one.label));
  }

  #drawLegend() {
    const labels = JSON.stringify(this.#series.map((one) => [one.label, one.ink, one.dashed]));
    if (labels === this.#legend.dataset.labels) return;
    this.#legend.dataset.labels = labels;
    this.#legend.replaceChildren(...(this.#series.length < 2 ? [] : this.#series).map((one) => h("li", {},
      h("button", { type: "button", class: one.ink, "aria-pressed": String(!this.#hidden.has(one.label)), title: "Show or hide", onclick: (event) => this.#toggle(event.currentTarget, one.label) },
        s("svg", { viewBox: "0 0 22 10", "aria-hidden": "true" }, s("path", { class: one.dashed ? "line dashed" : "line", d: "M1 5H21" })), one.label))));
  }

  #toggle(button, label) {
    if (!this.#hidden.delete(label)) this.#hidden.add(label);
    button.setAttribute("aria-pressed", String(!this.#hidden.has(label)));
    this.#draw();
  }

  #draw() {
    const width = this.#plot.clientWidth;
    if (!this.#axes || width === 0) return;
    const { x, y } = this.#axes;
    const shown = this.#visible;
    const range = extent(shown, y);
    const [inner, tall] = [width - EDGE.left - EDGE.right, HEIGHT - EDGE.top - EDGE.bottom];
    const px = (value) => EDGE.left + ((value - range.left) / (range.right - range.left)) * inner;
    const py = (value) => EDGE.top + (1 - (value - range.low) / (range.high - range.low)) * tall;
    this.#scale = { px, py, inner, range };
    const across = ticks(range.left, range.right, Math.max(2, Math.floor(inner / 65)));
    const up = ticks(range.low, range.high, 5);
    const path = (points) => points.map(([a, b], i) => `${i ? "L" : "M"}${px(a).toFixed(1)} ${py(b).toFixed(1)}`).join("");
    const columns = Math.max(50, Math.floor(inner / 2));
    this.#mark = s("g", {});
    this.#svg = s("svg", { class: "chart", viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, "aria-hidden": "true" },
      up.found.map((value) => [
        s("line", { class: "grid", x1: EDGE.left, x2: width - EDGE.right, y1: py(value), y2: py(value) }),
        s("text", { x: EDGE.left - 8, y: py(value) + 4, "text-anchor": "end" }, y.tick ? y.tick(value) : tickText(value, up.step)),
      ]),
      s("line", { class: "axis", x1: EDGE.left, x2: width - EDGE.right, y1: EDGE.top + tall, y2: EDGE.top + tall }),
      across.found.map((value) => [
        s("line", { class: "axis", x1: px(value), x2: px(value), y1: EDGE.top + tall, y2: EDGE.top + tall + 4 }),
        s("text", { x: px(value), y: EDGE.top + tall + 18, "text-anchor": "middle" }, x.label === "Bytes" ? x.text(value) : tickText(value, across.step)),
      ]),
      s("text", { x: EDGE.left + inner / 2, y: HEIGHT - 4, "text-anchor": "middle" }, x.unit),
      shown.filter((one) => one.band?.length > 1).map((one) => s("path", {
        class: "band " + one.ink,
        d: path(one.band.map(([a, , top]) => [a, top])) + path(one.band.map(([a, bottom]) => [a, bottom]).reverse()).replace("M", "L") + "Z",
      })),
      shown.map((one) => (one.points.length === 1
        ? s("circle", { class: "dot " + one.ink, cx: px(one.points[0][0]), cy: py(one.points[0][1]), r: 3.5 })
        : s("path", { class: `line ${one.ink}${one.dashed ? " dashed" : ""}`, d: path(thin(one.points, columns)) }))),
      this.#mark);
    const empty = shown.every((one) => one.points.length === 0);
    this.#plot.setAttribute("aria-label", `${this.title.textContent} against ${x.unit}. ${this.#spoken(shown, y)} Arrow keys read values.`);
    this.#plot.replaceChildren(this.#svg, ...(empty ? [h("p", { class: "empty-plot" }, "Nothing measured yet.")] : []));
    this.#show(this.#cursor);
  }

  #spoken(shown, y) {
    return shown.slice(0, 8).filter((one) => one.points.length).map((one) => `${one.label}: last ${y.text(one.points.at(-1)[1])}.`).join(" ");
  }

  #point(event) {
    if (!this.#scale) return;
    const x = event.clientX - this.#plot.getBoundingClientRect().left;
    const { range, inner } = this.#scale;
    this.#show(Math.min(range.right, Math.max(range.left, range.left + ((x - EDGE.left) / inner) * (range.right - range.left))));
  }

  #key(event) {
    const places = [...new Set(this.#visible.flatMap((one) => one.points.map((point) => point[0])))].sort((a, b) => a - b);
    if (event.key === "Escape") this.#show(null);
    if (!["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key) || places.length === 0) return;
    event.preventDefault();
    const now = this.#cursor ?? places.at(-1);
    const next = event.key === "Home" ? places[0] : event.key === "End" ? places.at(-1)
      : event.key === "ArrowRight" ? places.find((place) => place > now) : places.findLast((place) => place < now);
    this.#show(next ?? now);
  }

  #show(cursor) {
    this.#cursor = cursor;
    this.#tip.hidden = true;
    this.#mark?.replaceChildren();
    if (cursor === null || !this.#scale) return;
    const { x, y } = this.#axes;
    const { px, py } = this.#scale;
    const found = this.#visible.map((one) => [one, at(one.points, cursor)]).filter(([, point]) => point).sort((a, b) => b[1][1] - a[1][1]);
    if (found.length === 0) return;
    this.#mark.append(
      s("line", { class: "cursor", x1: px(cursor), x2: px(cursor), y1: EDGE.top, y2: HEIGHT - EDGE.bottom }),
      ...found.map(([one, point]) => s("circle", { class: "dot solid large " + one.ink, cx: px(point[0]), cy: py(point[1]), r: 4 })));
    this.#tip.replaceChildren(
      h("div", { class: "tip-head" }, x.text(found.length === 1 ? found[0][1][0] : cursor)),
      ...found.slice(0, 12).map(([one, point]) => h("div", { class: "tip-row" }, h("span", { class: "key " + one.ink }), h("span", { class: "tip-label" }, one.label), h("b", {}, y.text(point[1])))),
      ...(found.length > 12 ? [h("div", { class: "tip-head" }, `and ${found.length - 12} more`)] : []));
    this.#tip.hidden = false;
    const width = this.#plot.clientWidth;
    const left = px(cursor) + 14 + this.#tip.offsetWidth > width ? px(cursor) - 14 - this.#tip.offsetWidth : px(cursor) + 14;
    this.#tip.style.left = `${Math.max(0, left)}px`;
  }
}

/** A small curve for a row. */
export function spark(values) {
  const known = values.filter((value) => value !== null);
  const svg = s("svg", { class: "sparkline", viewBox: "0 0 72 22", "aria-hidden": "true" });
  if (known.length > 1) {
    const [low, high] = [Math.min(...known), Math.max(...known)];
    const place = (value, i) => `${((i / (known.length - 1)) * 70 + 1).toFixed(1)} ${(20 - ((value - low) / (high - low || 1)) * 18).toFixed(1)}`;
    svg.append(s("path", { class: "line blue", d: "M" + known.map(place).join("L") }));
  }
  return svg;
}
