// Names the values under the pointer and lets the legend hide series. The page shows everything without it.
// Beside each drawing stands its chart as JSON: x and y are axes (t label, a and b ends in the axis' own coordinate, k kind, c names), m the
// marks (n name, s place in the legend or -1, t texts of its parts, else k kind and v values: x and y in turn; of a band x, low and high).
(() => {
  "use strict";
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.setAttribute("role", "status");
  tip.hidden = true;
  document.body.append(tip);
  const make = (name, attributes) => {
    const element = document.createElementNS(document.querySelector("svg").namespaceURI, name);
    for (const key in attributes) element.setAttribute(key, attributes[key]);
    return element;
  };
  const number = value => value === null ? "–" : Math.abs(value) >= 1e6 || (value && Math.abs(value) < 1e-4) ? value.toPrecision(4)
    : Number.isInteger(value) ? value.toLocaleString("en") : value.toLocaleString("en", { maximumSignificantDigits: 4 });
  const show = (axis, value) => axis.k === "percent" && value !== null ? (100 * value).toFixed(2) + " %" : axis.k === "names" ? axis.c[Math.round(value)] ?? "" : number(value);
  const column = mark => mark.k === "band" ? 3 : 2;

  function prepare(figure) {
    const chart = JSON.parse(figure.querySelector("script").textContent);
    const off = new Set();
    const seen = mark => !off.has(mark.s);
    const curves = chart.m.filter(mark => mark.k === "line" || mark.k === "bar");
    const drawings = [...figure.querySelectorAll("svg.chart")];

    figure.querySelectorAll(".legend li").forEach((item, series) => {
      item.setAttribute("role", "button");
      item.tabIndex = 0;
      item.setAttribute("aria-pressed", "true");
      item.title = "Show or hide";
      const toggle = () => {
        off.has(series) ? off.delete(series) : off.add(series);
        item.classList.toggle("off", off.has(series));
        item.setAttribute("aria-pressed", String(!off.has(series)));
        figure.querySelectorAll(`svg.chart g[data-s="${series}"]`).forEach(group => group.classList.toggle("off", off.has(series)));
      };
      item.addEventListener("click", toggle);
      item.addEventListener("keydown", event => {
        if (event.key === "Enter" || event.key === " ") { event.preventDefault(); toggle(); }
      });
    });

    drawings.forEach(svg => {
      const [left, right, top, bottom] = svg.dataset.frame.split(" ").map(Number);
      const place = (axis, value) => axis.k === "log" ? Math.log10(value) : value;
      const toX = value => left + (right - left) * (place(chart.x, value) - chart.x.a) / (chart.x.b - chart.x.a);
      const toY = value => bottom - (bottom - top) * (place(chart.y, value) - chart.y.a) / (chart.y.b - chart.y.a);
      const cross = make("line", { class: "cross", y1: top, y2: bottom });
      const marks = make("g", { class: "mark" });
      let at = null;

      function hide() {
        tip.hidden = true;
        cross.remove();
        marks.remove();
        at = null;
      }

      // The tip stands beside a point of the drawing and never leaves the window.
      function put(x, y, title, rows) {
        tip.replaceChildren();
        if (title) tip.append(rows.length ? Object.assign(document.createElement("b"), { textContent: title }) : title);
        for (const [name, value] of rows) {
          const row = document.createElement("div");
          row.append(Object.assign(document.createElement("span"), { textContent: name }), value);
          tip.append(row);
        }
        tip.hidden = false;
        const box = svg.getBoundingClientRect(), scale = box.width / svg.viewBox.baseVal.width;
        const wide = tip.offsetWidth, x0 = box.left + x * scale, fits = x0 + 20 + wide <= document.documentElement.clientWidth;
        tip.style.left = scrollX + Math.max(6, fits ? x0 + 14 : x0 - 14 - wide) + "px";
        tip.style.top = scrollY + Math.max(6, box.top + y * scale - tip.offsetHeight - 10) + "px";
      }

      // All places where a visible curve has a value, in order.
      const stops = () => [...new Set(curves.filter(seen).flatMap(mark => mark.v.filter((_, index) => index % 2 === 0)))].filter(x => x !== null).sort((one, two) => one - two);

      function valueAt(mark, x) {
        const width = column(mark);
        for (let index = 0; index < mark.v.length; index += width) if (mark.v[index] === x) return mark.v.slice(index + 1, index + width);
        return null;
      }

      function showAt(x, y) {
        const rows = [];
        marks.replaceChildren();
        for (const mark of curves.filter(seen)) {
          const value = valueAt(mark, x)?.[0] ?? null;
          if (value === null) continue;
          const band = chart.m.find(other => other.k === "band" && other.n === mark.n), range = band && valueAt(band, x);
          rows.push([mark.n, show(chart.y, value) + (range && range[0] !== null ? ` (${show(chart.y, range[0])} to ${show(chart.y, range[1])})` : "")]);
          if (mark.k === "line") marks.append(make("circle", { cx: toX(x), cy: toY(value), r: 3.5 }));
        }
        cross.setAttribute("x1", toX(x));
        cross.setAttribute("x2", toX(x));
        svg.append(cross, marks);
        at = x;
        put(toX(x), y, `${chart.x.t}: ${show(chart.x, x)}`, rows);
      }

      function nearest(list, x) {
        return list.reduce((best, stop) => Math.abs(toX(stop) - x) < Math.abs(toX(best) - x) ? stop : best, list[0]);
      }

      // A part of the drawing that has a text of its own, or a cell whose row, column and shade say it.
      function part(target) {
        const group = target.closest?.("g[data-m]");
        if (!group || target === group || !["rect", "circle", "path"].includes(target.tagName)) return null;
        const mark = chart.m[group.dataset.m];
        const text = mark.t?.[[...target.parentNode.children].indexOf(target)];
        return text ? [text, []] : mark.k === "cell" ? ["", mark] : null;
      }

      function point(x, y) {
        let best = null, least = 22;
        for (const mark of chart.m.filter(mark => mark.k === "dot" && seen(mark))) {
          for (let index = 0; index < mark.v.length; index += 2) {
            const distance = Math.hypot(toX(mark.v[index]) - x, toY(mark.v[index + 1]) - y);
            if (distance < least) [least, best] = [distance, [mark, mark.v[index], mark.v[index + 1]]];
          }
        }
        return best;
      }

      svg.addEventListener("pointermove", event => {
        const box = svg.getBoundingClientRect(), scale = svg.viewBox.baseVal.width / box.width;
        const x = (event.clientX - box.left) * scale, y = (event.clientY - box.top) * scale;
        const found = part(event.target);
        if (found && Array.isArray(found[1])) return put(x, y, found[0], found[1]);
        if (found) {
          const column = chart.x.a + (x - left) / (right - left) * (chart.x.b - chart.x.a), row = Math.round(chart.y.a + (bottom - y) / (bottom - top) * (chart.y.b - chart.y.a));
          return put(x, y, `${chart.x.t}: ${show(chart.x, Math.round(column))}`, [[chart.y.c?.[row] ?? "", found[1].n]]);
        }
        if (x < left - 8 || x > right + 8 || y < top - 8 || y > bottom + 8) return hide();
        const list = stops();
        if (list.length) return showAt(nearest(list, x), y);
        const dot = point(x, y);
        if (!dot) return hide();
        marks.replaceChildren(make("circle", { cx: toX(dot[1]), cy: toY(dot[2]), r: 4.5 }));
        svg.append(marks);
        put(toX(dot[1]), toY(dot[2]), dot[0].s >= 0 ? dot[0].n : "", [[chart.x.t, show(chart.x, dot[1])], [chart.y.t, show(chart.y, dot[2])]]);
      });
      svg.addEventListener("pointerleave", hide);
      svg.addEventListener("blur", hide);
      if (curves.length) {
        svg.setAttribute("tabindex", "0");
        svg.addEventListener("keydown", event => {
          if (event.key === "Escape") return hide();
          const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key], list = step && stops();
          if (!list?.length) return;
          event.preventDefault();
          const index = at === null ? (step > 0 ? -1 : list.length) : list.indexOf(at);
          showAt(list[Math.max(0, Math.min(list.length - 1, index + step))], (top + bottom) / 2);
        });
      }
    });
  }

  document.querySelectorAll("figure:has(> script)").forEach(prepare);
})();
