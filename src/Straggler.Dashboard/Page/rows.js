// What a run looks like in a table: shared by the list and the comparison.

import { h } from "./dom.js";
import * as format from "./format.js";

const WORDS = { live: "live", finished: "finished", interrupted: "interrupted", paused: "paused", failed: "failed" };
const REASONS = {
  rounds: "All rounds done", virtual_time: "Virtual time reached", server_steps: "Server steps reached", target_accuracy: "Target accuracy reached",
  all_lost: "Every task was lost", cancelled: "Stopped by the user",
};

/** Why a run stands as it does, in words. */
export const reason = (run) => REASONS[run.reason] ?? run.reason;

/** A name with places to break it: trials are called by what they try. */
export const breakable = (text) => text.split(/(?<=[_,/])/).flatMap((part) => [part, h("wbr")]);

export const runAddress = (id) => "/run?" + new URLSearchParams({ id });
export const fileAddress = (id, name) => "/files/" + [...id.split("/"), ...name.split("/")].map(encodeURIComponent).join("/");

export const pill = (run) => h("span", { class: `pill ${run.status}`, title: reason(run) || null }, WORDS[run.status]);

/** How far a run is: a bar, the arrivals, what is left. */
export function progress(run) {
  const bar = h("progress", { max: 1, value: run.fraction ?? 0, "aria-label": "Progress" });
  const left = run.status === "live" ? format.remaining(run) : NaN;
  const arrivals = run.rounds !== null && run.arrivals < run.rounds ? `${format.count(run.arrivals)} / ${format.count(run.rounds)}` : format.count(run.arrivals);
  return h("div", { class: `progress ${run.status}` }, run.status === "finished" ? null : bar,
    h("span", {}, arrivals), Number.isFinite(left) ? h("span", { class: "left" }, left < 1 ? "nearly done" : `${left < 60 ? `${Math.round(left)}\u00a0s` : format.duration(left)} left`) : null);
}
