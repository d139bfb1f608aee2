// The list of runs.

import { spark } from "./chart.js";
import { h, setText } from "./dom.js";
import { filter } from "./filter.js";
import * as format from "./format.js";
import { breakable, pill, progress, runAddress } from "./rows.js";
import { follow } from "./stream.js";

const MOST = 100;

const COLUMNS = [
  { key: "name", label: "Run", first: 1, of: (run) => run.id },
  { key: "status", label: "Status", first: 1, of: (run) => ["live", "failed", "interrupted", "paused", "finished"].indexOf(run.status), cell: pill },
  { key: "strategy", label: "Strategy", first: 1, of: (run) => run.strategy, cell: (run) => run.strategy || format.NONE },
  { key: "dataset", label: "Data", first: 1, of: (run) => run.dataset, cell: (run) => run.dataset || format.NONE },
  { key: "seed", label: "Seed", first: 1, of: (run) => Number(run.seed), cell: (run) => run.seed || format.NONE },
  { key: "arrivals", label: "Arrivals", first: -1, of: (run) => run.arrivals, cell: progress },
  { key: "accuracy", label: "Accuracy", first: -1, of: (run) => run.accuracy, cell: (run) => format.percent(run.accuracy, 2) },
  { key: "best", label: "Best", first: -1, of: (run) => run.best, cell: (run) => format.percent(run.best, 2) },
  { key: "spark", label: "Curve", cell: (run) => spark(run.spark) },
  { key: "staleness", label: "Staleness", first: -1, of: (run) => run.staleness, cell: (run) => format.measure(run.staleness) },
  { key: "virtual", label: "Virtual time", first: -1, of: (run) => run.virtual_time, cell: (run) => format.seconds(run.virtual_time) },
  { key: "wall", label: "Wall time", first: -1, of: (run) => run.wall_seconds, cell: (run) => format.duration(run.wall_seconds) },
  { key: "begun", label: "Begun", first: -1, of: (run) => run.begun, cell: (run) => h("span", { title: new Date(run.begun).toLocaleString() }, format.ago(run.begun)) },
];
const STATES = ["live", "finished", "paused", "interrupted", "failed"];

export function listPage({ main, go, remember, name, query }) {
  const runs = new Map();
  const rows = new Map();
  const chosen = new Set((query.get("sel") ?? "").split("\n").filter(Boolean));
  let sort = query.get("sort") ?? "-begun";
  let known = false;
  name("Runs");

  const box = h("input", { type: "search", placeholder: "Filter: strategy:fedbuff accuracy>0.8 -status:failed", "aria-label": "Filter runs", value: query.get("q") ?? "", autocomplete: "off", spellcheck: "false", oninput: () => (remember({ q: box.value }), arrange()) });
  const counts = h("div", { class: "counts", role: "group", "aria-label": "By status" });
  const order = h("select", { "aria-label": "Sort by", onchange: () => sortBy(order.value) }, COLUMNS.filter((column) => column.of).map((column) => h("option", { value: (column.first < 0 ? "-" : "") + column.key }, column.label)));
  const all = h("input", { type: "checkbox", "aria-label": "Choose all runs shown", onchange: () => chooseAll() });
  const head = h("tr", {}, h("th", { class: "pick", scope: "col" }, all), COLUMNS.map((column) => h("th", { scope: "col", class: column.key }, column.of ? h("button", { type: "button", onclick: () => sortBy(turned(column)) }, column.label) : column.label)));
  const body = h("tbody");
  const table = h("table", { class: "runs" }, h("caption", { class: "unseen" }, "Runs"), h("thead", {}, head), body);
  const note = h("p", { class: "note", role: "status" });
  const empty = h("section", { class: "welcome", hidden: true },
    h("h2", {}, "No runs here yet"),
    h("p", {}, "Begin one in another terminal; it appears here by itself:"),
    h("pre", {}, h("code", {}, "straggler run\nstraggler run strategy=fedbuff\nstraggler sweep alpha=0.1,1 strategy=fedasync,fedbuff seed=0..2")),
    h("p", { class: "note" }, "Runs go to the folder runs unless --out says otherwise; the dashboard shows the folder that it was given, and everything below it."));
  const compare = h("button", { type: "button", class: "primary", onclick: () => comparison() }, "Compare");
  const picked = h("span", { role: "status" });
  const tray = h("div", { class: "tray", hidden: true }, picked, compare, h("button", { type: "button", onclick: () => (chosen.clear(), arrange()) }, "Clear"));
  main.append(h("div", { class: "head" }, h("h1", {}, "Runs"), counts), h("div", { class: "tools" }, box, h("label", { class: "order" }, "Sort ", order)), empty, h("div", { class: "table-box" }, table), note, tray);

  const turned = (column) => {
    const natural = (column.first < 0 ? "-" : "") + column.key;
    return sort === natural ? (natural.startsWith("-") ? column.key : "-" + column.key) : natural;
  };

  function sortBy(key) {
    sort = key;
    remember({ sort: key === "-begun" ? null : key });
    arrange();
  }

  function compareRuns(left, right) {
    const column = COLUMNS.find((one) => one.key === sort.replace("-", "")) ?? COLUMNS[0];
    const [a, b] = [column.of(left), column.of(right)];
    const missing = (value) => value === null || Number.isNaN(value);
    if (missing(a) || missing(b)) return missing(a) - missing(b) || left.id.localeCompare(right.id);
    const order = typeof a === "string" ? a.localeCompare(b, "en", { numeric: true }) : a - b;
    return (sort.startsWith("-") ? -order : order) || left.id.localeCompare(right.id, "en", { numeric: true });
  }

  function shown() {
    return [...runs.values()].filter(filter(box.value)).sort(compareRuns);
  }

  function chooseAll() {
    for (const run of shown()) {
      if (all.checked) chosen.add(run.id);
      else chosen.delete(run.id);
    }
    arrange();
  }

  function comparison() {
    go("/compare?" + new URLSearchParams([...chosen].filter((id) => runs.has(id)).map((id) => ["run", id])));
  }

  function row(run) {
    const tick = h("input", { type: "checkbox", "aria-label": `Choose ${run.id}`, onchange: () => ((tick.checked ? chosen.add(run.id) : chosen.delete(run.id)), arrange()) });
    const slash = run.id.lastIndexOf("/");
    const label = h("th", { scope: "row", class: "name" }, h("a", { href: runAddress(run.id) }, breakable(run.id.slice(slash + 1))), slash > 0 ? h("span", { class: "group" }, run.id.slice(0, slash)) : null);
    const cells = COLUMNS.slice(1).map((column) => h("td", { class: column.key, "data-label": column.label }));
    const element = h("tr", {}, h("td", { class: "pick" }, tick), label, cells);
    return { element, tick, cells };
  }

  function fill(run) {
    const found = rows.get(run.id) ?? row(run);
    rows.set(run.id, found);
    COLUMNS.slice(1).forEach((column, i) => found.cells[i].replaceChildren(column.cell(run)));
  }

  function arrange() {
    const list = shown();
    const order_ = list.map((run) => rows.get(run.id).element);
    if (order_.length !== body.children.length || order_.some((element, i) => body.children[i] !== element)) body.replaceChildren(...order_);
    for (const [id, { element, tick }] of rows) {
      tick.checked = chosen.has(id);
      element.classList.toggle("chosen", tick.checked);
    }
    const key = sort.replace("-", "");
    COLUMNS.forEach((column, i) => {
      const cell = head.children[i + 1];
      if (column.key === key) cell.setAttribute("aria-sort", sort.startsWith("-") ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
    });
    order.value = [...order.options].find((option) => option.value.replace("-", "") === key)?.value ?? "";
    all.checked = list.length > 0 && list.every((run) => chosen.has(run.id));
    const count = [...chosen].filter((id) => runs.has(id)).length;
    tray.hidden = count === 0;
    compare.disabled = count < 1 || count > MOST;
    setText(picked, count > MOST ? `${count} runs chosen; at most ${MOST} can be compared` : `${count} ${count === 1 ? "run" : "runs"} chosen`);
    empty.hidden = !known || runs.size > 0;
    table.hidden = runs.size === 0;
    table.classList.toggle("one-dataset", new Set(list.map((run) => run.dataset)).size < 2);
    setText(note, runs.size > 0 && list.length < runs.size ? `${list.length} of ${runs.size} runs shown.` : "");
    remember({ sel: [...chosen].join("\n") });
    summarise();
  }

  function summarise() {
    const by = Object.groupBy(runs.values(), (run) => run.status);
    const states = STATES.filter((state) => by[state]);
    if (states.length === 0) return counts.replaceChildren();
    counts.replaceChildren(...states.map((state) => {
      const word = `status:${state}`;
      const on = box.value.split(/\s+/).includes(word);
      return h("button", { type: "button", class: `pill ${state}`, "aria-pressed": String(on), onclick: () => {
        const others = box.value.split(/\s+/).filter((part) => part && !part.startsWith("status:"));
        box.value = (on ? others : [...others, word]).join(" ");
        remember({ q: box.value });
        arrange();
      } }, `${by[state].length} ${state}`);
    }));
  }

  function keys(event) {
    const typing = event.target instanceof HTMLInputElement && event.target.type === "search";
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/" && !typing) {
      event.preventDefault();
      box.focus();
    } else if (event.key === "c" && !typing && !compare.disabled && !tray.hidden) comparison();
    else if (event.key === "Escape" && typing) box.blur();
  }

  document.addEventListener("keydown", keys);
  const clock = setInterval(() => {
    for (const run of runs.values()) if (run.status === "live") fill(run);
  }, 1000);
  const stop = follow([], {
    runs: (event) => {
      if (event.full) runs.clear();
      for (const id of event.gone) runs.delete(id);
      for (const run of event.runs) {
        runs.set(run.id, run);
        fill(run);
      }
      for (const id of [...rows.keys()]) if (!runs.has(id)) rows.delete(id);
      known = true;
      arrange();
    },
  });
  return () => {
    stop();
    clearInterval(clock);
    document.removeEventListener("keydown", keys);
  };
}
