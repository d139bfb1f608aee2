// The page of one run.

import { X, Y, points, xOptions } from "./axes.js";
import { Chart, ink } from "./chart.js";
import { choice, h } from "./dom.js";
import * as format from "./format.js";
import { fileAddress, pill, progress, reason } from "./rows.js";
import { collect, follow } from "./stream.js";

const CURVES = [
  { ...Y.accuracy, title: "Test accuracy, and by tenths of the clients", series: [["whole test set", "accuracy"], ["worst tenth", "client_worst10"], ["best tenth", "client_best10"]] },
  { ...Y.loss, series: [["loss", "loss"]] },
  { ...Y.staleness, title: "Staleness of all arrivals so far (versions)", series: [["mean", "staleness_mean"], ["90th percentile", "staleness_p90"]] },
];

export function runPage({ main, remember, name, query }) {
  const id = query.get("id") ?? "";
  const slash = id.lastIndexOf("/");
  let x = X[query.get("x")] ? query.get("x") : "virtual_time";
  let run = null;
  const curves = new Map();
  name(id.slice(slash + 1), h("a", { href: "/" }, "Runs"), slash > 0 ? h("a", { href: "/?" + new URLSearchParams({ q: id.slice(0, slash) }) }, id.slice(0, slash)) : null);

  const head = h("div", { class: "head" }, h("h1", {}, id.slice(slash + 1)));
  const lead = h("div", { class: "lead" });
  const tiles = h("dl", { class: "tiles" });
  const links = h("p", { class: "links" });
  const charts = CURVES.map((curve) => new Chart(curve.title));
  const tables = h("div", { class: "tables" });
  const config = h("section");
  main.append(head, lead, tiles, links,
    choice("Against", xOptions, x, (value) => ((x = value), remember({ x: value === "virtual_time" ? null : value }), draw())),
    h("div", { class: "figures" }, charts.map((chart) => chart.element)), tables, config);

  function draw() {
    const columns = curves.get(id);
    CURVES.forEach((curve, i) => {
      const series = curve.series.map(([label, column], n) => ({ label, ...ink(n), points: columns ? points(columns, X[x], column) : [] }));
      charts[i].set(series.filter((one, n) => n === 0 || one.points.length > 0), { x: X[x], y: curve });
    });
  }

  function describe() {
    head.replaceChildren(h("h1", {}, run.name), pill(run));
    lead.replaceChildren(
      h("span", {}, [run.strategy, run.model, run.dataset, run.seed && `seed ${run.seed}`].filter(Boolean).join(" · ")),
      ...(reason(run) ? [h("span", { class: run.status === "failed" ? "fault" : "" }, reason(run))] : []));
    const tile = (label, value) => h("div", {}, h("dt", {}, label), h("dd", {}, value));
    tiles.replaceChildren(
      tile("Accuracy", format.percent(run.accuracy, 2)), tile("Best", format.percent(run.best, 2)), tile("Loss", format.measure(run.loss)),
      tile("Mean staleness", format.measure(run.staleness)), tile("Arrivals", progress(run)), tile("Server steps", format.count(run.server_steps)),
      tile("Virtual time", format.seconds(run.virtual_time)), tile("Wall time", format.duration(run.wall_seconds)));
  }

  async function details() {
    const answer = await fetch("/api/run?" + new URLSearchParams({ id }));
    if (!answer.ok) {
      lead.replaceChildren(h("p", { class: "missing" }, "There is no such run here. It may have been moved or removed."));
      return;
    }
    const found = await answer.json();
    links.replaceChildren(...found.files.map((file) => h("a", { href: fileAddress(id, file), target: "_blank", rel: "noopener", class: file === "report.html" ? "primary" : null }, file === "report.html" ? "Full report" : file)).filter((link) => !link.textContent.startsWith("figures/")));
    figures(found.files.filter((file) => /^figures\/.*\.svg$/.test(file)));
    summary(found.summary);
    config.replaceChildren(...(found.config ? [h("h2", {}, "Configuration"), h("details", {}, h("summary", {}, "config.yaml"), h("pre", {}, h("code", {}, found.config)))] : []));
  }

  function figures(files) {
    if (files.length === 0) return;
    links.append(h("details", {}, h("summary", {}, `${files.length} figures`), files.map((file) => h("a", { href: fileAddress(id, file), target: "_blank", rel: "noopener" }, file.slice(8, -4)))));
  }

  function summary(found) {
    const table = (caption, rows) => h("table", {}, h("caption", {}, caption), h("tbody", {}, rows.map(([label, value]) => h("tr", {}, h("th", { scope: "row" }, label), h("td", {}, value)))));
    if (!found) return tables.replaceChildren();
    tables.replaceChildren(
      table("Targets", (found.targets ?? []).map((target) => [format.percent(target.accuracy, 0), target.reached ? `${format.seconds(target.virtual_time)}, ${format.count(target.arrivals)} arrivals` : "not reached"])),
      table("Staleness, in versions", ["mean", "p50", "p90", "p99", "max"].map((key) => [{ p50: "median", p90: "90 %", p99: "99 %" }[key] ?? key, format.measure(found.staleness?.[key])])),
      table("Fairness between clients", [["worst tenth", format.percent(found.fairness?.worst10)], ["best tenth", format.percent(found.fairness?.best10)], ["Gini coefficient", format.measure(found.fairness?.gini)], ["Gini of participation", format.measure(found.participation?.gini)]]),
      table("Cost", [["bytes down", format.bytes(found.bytes?.down)], ["bytes up", format.bytes(found.bytes?.up)], ["updates refused", format.count(found.refused)], ["tasks lost", format.count(found.wasted?.tasks)], ["local steps", format.count(found.gradient_steps)]]));
  }

  details();
  draw();
  const clock = setInterval(() => run?.status === "live" && describe(), 1000);
  const stop = follow([id], {
    runs: (event) => {
      const next = event.runs.find((one) => one.id === id);
      if (event.gone.includes(id)) lead.replaceChildren(h("p", { class: "missing" }, "The run's folder has been moved or removed."));
      if (!next) return;
      if (run && run.status !== next.status) details();
      run = next;
      describe();
      // The report is written after summary.json; once more for it.
      if (next.status === "finished" && !links.querySelector(".primary")) setTimeout(details, 3000);
    },
    curve: (event) => {
      collect(curves, event);
      draw();
    },
  });
  return () => {
    stop();
    clearInterval(clock);
  };
}
