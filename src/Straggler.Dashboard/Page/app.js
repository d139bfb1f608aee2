// The page that an address means. Addresses carry all state, so that a page can be reloaded, kept and sent on.

import { comparePage } from "./compare.js";
import { h } from "./dom.js";
import { listPage } from "./list.js";
import { runPage } from "./run.js";

const pages = { "/": listPage, "/run": runPage, "/compare": comparePage };
const main = document.getElementById("main");
const crumbs = document.getElementById("crumbs");
let leave = null;

/** Goes to an address of the dashboard. */
function go(address) {
  history.pushState(null, "", address);
  open();
  window.scrollTo(0, 0);
}

/** Changes the query of the address in place; null removes a key. */
function remember(changes) {
  const query = new URLSearchParams(location.search);
  for (const [key, value] of Object.entries(changes)) {
    if (value === null || value === "") query.delete(key);
    else query.set(key, value);
  }
  const text = query.toString();
  history.replaceState(null, "", location.pathname + (text ? "?" + text : ""));
}

function open() {
  leave?.();
  crumbs.replaceChildren();
  main.replaceChildren();
  const name = (title, ...trail) => {
    document.title = `${title} – Straggler`;
    crumbs.replaceChildren(...trail.filter(Boolean));
  };
  leave = (pages[location.pathname] ?? listPage)({ main, go, remember, name, query: new URLSearchParams(location.search), h });
}

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element && event.target.closest("a[href]");
  if (!link || event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || link.target) return;
  const address = new URL(link.href);
  if (address.origin === location.origin && address.pathname in pages && !address.hash) {
    event.preventDefault();
    go(address.pathname + address.search);
    main.focus({ preventScroll: true });
  }
});
window.addEventListener("popstate", open);
open();
