// What curves are drawn against, and what is drawn.

import { bytes, count, measure, percent } from "./format.js";

export const X = {
  virtual_time: { label: "Virtual time", unit: "virtual seconds", of: (c, i) => c.virtual_time[i], text: (v) => measure(v) + " s" },
  arrivals: { label: "Arrivals", unit: "arrivals", of: (c, i) => c.arrival[i], text: count },
  server_steps: { label: "Server steps", unit: "server steps", of: (c, i) => c.server_steps[i], text: count },
  bytes: { label: "Bytes", unit: "bytes, down and up", of: (c, i) => c.bytes_down[i] + c.bytes_up[i], text: bytes },
  wall: { label: "Wall time", unit: "wall seconds", of: (c, i) => c.wall_seconds[i], text: (v) => measure(v) + " s" },
};

export const Y = {
  accuracy: { label: "Accuracy", title: "Test accuracy", column: "accuracy", text: (v) => percent(v, 2), tick: (v) => percent(v, 0), zero: true, most: 1 },
  loss: { label: "Loss", title: "Test loss", column: "loss", text: measure },
  staleness: { label: "Staleness", title: "Mean staleness (versions)", column: "staleness_mean", text: measure, zero: true },
  worst: { label: "Worst tenth", title: "Accuracy of the worst tenth of the clients", column: "client_worst10", text: (v) => percent(v, 2), tick: (v) => percent(v, 0), zero: true, most: 1 },
};

export const xOptions = Object.entries(X).map(([key, axis]) => [key, axis.label]);
export const yOptions = Object.entries(Y).map(([key, axis]) => [key, axis.label]);

/** A curve as points; evaluations without the value are left out. */
export function points(columns, x, column) {
  const found = [];
  const values = columns?.[column] ?? [];
  for (let i = 0; i < values.length; i++) {
    const place = x.of(columns, i);
    if (values[i] !== null && place !== null && Number.isFinite(place)) found.push([place, values[i]]);
  }
  return found;
}
