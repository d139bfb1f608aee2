// One stream of events for the page that is open. A hidden tab has none: browsers allow few connections to one host.

const status = document.getElementById("connection");

function show(state) {
  status.className = state;
  status.textContent = state === "on" ? "following" : state === "off" ? "reconnecting" : "";
  status.title = state === "off" ? "The dashboard does not answer; the page tries again." : "";
}

/** Follows runs: all rows, or the rows and curves of the chosen ones. Returns what ends it. */
export function follow(ids, { runs, curve }) {
  let source = null;
  let last = null;

  function take(event, handler) {
    last = event.lastEventId;
    handler?.(JSON.parse(event.data));
  }

  function open() {
    if (source || document.hidden) return;
    const query = new URLSearchParams(ids.map((id) => ["run", id]));
    if (last) query.set("last", last);
    source = new EventSource("/api/events?" + query);
    source.addEventListener("open", () => show("on"));
    source.addEventListener("error", () => {
      show("off");
      if (source?.readyState === EventSource.CLOSED) {
        source = null;
        setTimeout(open, 2000);
      }
    });
    source.addEventListener("runs", (event) => take(event, runs));
    source.addEventListener("curve", (event) => take(event, curve));
  }

  function close() {
    source?.close();
    source = null;
    show("");
  }

  const toggle = () => (document.hidden ? close() : open());
  document.addEventListener("visibilitychange", toggle);
  open();
  return () => {
    document.removeEventListener("visibilitychange", toggle);
    close();
  };
}

/** Keeps curves by run as they come: id -> { column: [values] }. */
export function collect(curves, event) {
  const before = event.from > 0 ? curves.get(event.id) : null;
  const columns = {};
  for (const [name, values] of Object.entries(event.columns)) {
    columns[name] = before ? before[name].slice(0, event.from).concat(values) : values;
  }
  curves.set(event.id, columns);
}
