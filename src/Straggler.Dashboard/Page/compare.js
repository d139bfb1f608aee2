// Chosen runs side by side.

import { X, Y, points, xOptions, yOptions } from "./axes.js";
import { Chart, ink } from "./chart.js";
import { choice, h } from "./dom.js";
import * as format from "./format.js";
import { breakable, pill, progress, runAddress } from "./rows.js";
import { interval, meanCurve } from "./statistics.js";
import { collect, follow } from "./stream.js";

const RESULTS = [
  ["Accuracy", "accuracy", (v) => format.percent(v, 2)], ["Best", "best", (v) => format.percent(v, 2)], ["Loss", "loss", format.measure],
  ["Staleness", "staleness", format.measure], ["Virtual time", "virtual_time", format.seconds], ["Arrivals", "arrivals", format.count], ["Wall time", "wall_seconds", format.duration],
];

export function comparePage({ main, remember, name, query }) {
  const ids = [...new Set(query.getAll("run"))];
  let x = X[query.get("x")] ? query.get("x") : "virtual_time";
  let y = Y[query.get("y")] ? query.get("y") : "accuracy";
  let show = query.get("show") === "runs" ? "runs" : "means";
  let design = { groups: [], differing: {} };
  const runs = new Map();
  const curves = new Map();
  name("Comparison", h("a", { href: "/?" + new URLSearchParams({ sel: ids.join("\n") }) }, "Runs"));

  const chart = new Chart("");
  const results = h("section");
  const differences = h("section");
  const caption = h("p", { class: "note" });
  const set = (key, standard, value) => (remember({ [key]: value === standard ? null : value }), draw());
  main.append(h("div", { class: "head" }, h("h1", {}, "Comparison")),
    h("div", { class: "controls" },
      choice("Show", yOptions, y, (value) => ((y = value), set("y", "accuracy", value))),
      choice("Against", xOptions, x, (value) => ((x = value), set("x", "virtual_time", value))),
      choice("Draw", [["means", "Means over seeds"], ["runs", "Each run"]], show, (value) => ((show = value), set("show", "means", value)))),
    chart.element, caption, results, differences);
  if (ids.length === 0) main.replaceChildren(h("div", { class: "head" }, h("h1", {}, "Comparison")), h("p", { class: "missing" }, "No runs are chosen. Tick some in the ", h("a", { href: "/" }, "list of runs"), "."));

  const present = (group) => group.runs.filter((id) => runs.has(id));

  function draw() {
    const curveOf = (id) => (curves.has(id) ? points(curves.get(id), X[x], Y[y].column) : []);
    const series = show === "means"
      ? design.groups.map((group, n) => ({ label: group.label, ...ink(n), ...meanCurve(group.runs.map(curveOf), Y[y].most) }))
      : design.groups.flatMap((group, n) => group.runs.map((id) => ({ label: group.runs.length > 1 ? `${group.label}, seed ${runs.get(id)?.seed ?? "?"}` : group.label, ...ink(n), points: curveOf(id) })));
    chart.title.textContent = Y[y].title;
    chart.set(series, { x: X[x], y: Y[y] });
    const banded = series.some((one) => one.band?.length > 0);
    caption.textContent = show === "means"
      ? "Runs that differ in their seed alone are one line, as far as all of them have come; between evaluations the last one counts." + (banded ? " Bands: 95 % confidence interval of the mean." : "")
      : "Runs that differ in their seed alone have one colour.";
  }

  function tabulate() {
    const missing = ids.filter((id) => !runs.has(id));
    results.replaceChildren(h("h2", {}, "Results"), h("div", { class: "table-box" }, h("table", { class: "plain" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Method"), h("th", { scope: "col" }, "Runs"), RESULTS.map(([label]) => h("th", { scope: "col" }, label)))),
      h("tbody", {}, design.groups.map((group, n) => h("tr", {},
        h("th", { scope: "row" }, h("span", { class: "key " + ink(n).ink }), group.label), h("td", {}, String(present(group).length)),
        RESULTS.map(([, key, text]) => {
          const { mean, half } = interval(present(group).map((id) => runs.get(id)[key]));
          return h("td", {}, text(mean), half > 1e-9 * Math.abs(mean) ? h("span", { class: "half" }, ` ± ${text(half)}`) : null);
        })))))),
      h("p", { class: "note" }, "± is half of the 95 % confidence interval of the mean. Tests and times to targets: straggler compare."),
      ...(missing.length > 0 ? [h("p", { class: "missing" }, `Not here any more: ${missing.join(", ")}`)] : []));
    const keys = Object.keys(design.differing);
    const list = design.groups.flatMap((group, n) => group.runs.map((id) => [id, n]));
    differences.replaceChildren(h("h2", {}, keys.length > 0 ? "Runs, and in what they differ" : "Runs"), h("div", { class: "table-box" }, h("table", { class: "plain" },
      h("thead", {}, h("tr", {}, ["Run", "Status", "Arrivals", "Accuracy", "Best", "Seed"].map((label) => h("th", { scope: "col" }, label)), keys.map((key) => h("th", { scope: "col", class: "config-key" }, key)))),
      h("tbody", {}, list.filter(([id]) => runs.has(id)).map(([id, n]) => {
        const run = runs.get(id);
        return h("tr", {}, h("th", { scope: "row" }, h("div", { class: "keyed" }, h("span", { class: "key " + ink(n).ink }), h("a", { href: runAddress(id) }, breakable(id)))), h("td", {}, pill(run)), h("td", {}, progress(run)),
          h("td", {}, format.percent(run.accuracy, 2)), h("td", {}, format.percent(run.best, 2)), h("td", {}, run.seed), keys.map((key) => h("td", {}, design.differing[key][id] ?? format.NONE)));
      })))));
  }

  async function load() {
    const answer = await fetch("/api/compare?" + new URLSearchParams(ids.map((id) => ["run", id])));
    if (answer.ok) design = await answer.json();
    draw();
    tabulate();
  }

  if (ids.length === 0) return () => {};
  load();
  draw();
  let waiting = false;
  const stop = follow(ids, {
    runs: (event) => {
      for (const id of event.gone) runs.delete(id);
      for (const run of event.runs) runs.set(run.id, run);
      tabulate();
    },
    curve: (event) => {
      collect(curves, event);
      if (!waiting) requestAnimationFrame(() => ((waiting = false), draw()));
      waiting = true;
    },
  });
  return stop;
}
