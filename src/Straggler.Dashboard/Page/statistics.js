// Means over seeds with the band that `straggler compare` draws: the 95 % t interval of the mean.

const T = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042];

/** Student's t at 97.5 %; past 30 degrees of freedom by the first terms of its expansion (Fisher and Cornish). */
function quantile(freedom) {
  if (freedom <= T.length) return T[freedom - 1];
  const z = 1.959964;
  return z + (z ** 3 + z) / (4 * freedom) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2);
}

/** Mean and half the width of its interval; NaN where there are too few values. */
export function interval(values) {
  const known = values.filter((value) => typeof value === "number" && Number.isFinite(value));
  const n = known.length;
  if (n === 0) return { n, mean: NaN, half: NaN };
  const mean = known.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return { n, mean, half: NaN };
  const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  return { n, mean, half: quantile(n - 1) * Math.sqrt(variance / n) };
}

function at(points, x) {
  let value = null;
  for (const point of points) {
    if (point[0] > x) break;
    value = point[1];
  }
  return value;
}

/** The mean of several curves of values from 0 to a most, as far as all go on; between evaluations the last one counts. */
export function meanCurve(curves, most = Infinity, places = 120) {
  const known = curves.filter((points) => points.length > 0);
  if (known.length < 2) return { points: known[0] ?? [], band: [] };
  const first = Math.max(...known.map((points) => points[0][0]));
  const last = Math.min(...known.map((points) => points.at(-1)[0]));
  const [points, band] = [[], []];
  for (let i = 0; i <= places && last > first; i++) {
    const x = first + ((last - first) * i) / places;
    const { mean, half } = interval(known.map((curve) => at(curve, x)));
    points.push([x, mean]);
    if (Number.isFinite(half)) band.push([x, Math.max(0, mean - half), Math.min(most, mean + half)]);
  }
  return { points, band };
}
