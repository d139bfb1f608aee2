// Numbers as a reader wants them; the same rules as in the reports.

const SPACE = "\u00a0";
export const NONE = "–";

const known = (value) => typeof value === "number" && Number.isFinite(value);
const minus = (text) => text.replace("-", "−");
const grouped = (value, decimals) =>
  minus(value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals }));

export const count = (value) => (known(value) ? grouped(value, 0) : NONE);

export function measure(value) {
  if (!known(value)) return NONE;
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size >= 1e9 || size < 1e-4) return minus(value.toExponential(2).replace("e+", "e"));
  return grouped(value, size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.1 ? 3 : 4);
}

export const percent = (fraction, decimals = 1) => (known(fraction) ? grouped(100 * fraction, decimals) + SPACE + "%" : NONE);
export const seconds = (value) => (known(value) ? measure(value) + SPACE + "s" : NONE);

export function duration(value) {
  if (!known(value)) return NONE;
  const whole = Math.round(value);
  if (whole < 60) return (value < 10 ? measure(value) : String(whole)) + SPACE + "s";
  if (whole < 3600) return `${Math.floor(whole / 60)}${SPACE}min ${whole % 60}${SPACE}s`;
  return `${grouped(Math.floor(whole / 3600), 0)}${SPACE}h ${Math.floor((whole % 3600) / 60)}${SPACE}min`;
}

export function bytes(value) {
  if (!known(value)) return NONE;
  for (const [size, unit] of [[1e12, "TB"], [1e9, "GB"], [1e6, "MB"], [1e3, "kB"]]) {
    if (value >= size) return measure(value / size) + SPACE + unit;
  }
  return grouped(value, 0) + SPACE + "B";
}

/** How long ago, roughly. */
export function ago(milliseconds) {
  const gone = Math.max(0, (Date.now() - milliseconds) / 1000);
  if (gone < 90) return "just now";
  if (gone < 5400) return `${Math.round(gone / 60)} min ago`;
  if (gone < 129600) return `${Math.round(gone / 3600)} h ago`;
  return `${Math.round(gone / 86400)} days ago`;
}

/** What is left of an estimate that was made at the run's last evaluation. */
export const remaining = (run) =>
  known(run.remaining) ? Math.max(0, run.remaining - (Date.now() - run.changed) / 1000) : NaN;
