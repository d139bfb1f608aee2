// The filter box: words anywhere in a run, "strategy:fedbuff", "accuracy>0.8", and a minus in front for what is not wanted.

const TEXT = ["id", "name", "strategy", "dataset", "model", "seed", "status", "reason"];
const NUMBERS = ["arrivals", "rounds", "accuracy", "best", "loss", "staleness", "virtual_time", "server_steps", "wall_seconds"];
const EXACT = ["seed", "status"];

function term(word) {
  const compared = /^(\w+)(>=|<=|>|<)(-?[\d.eE+-]+)$/.exec(word);
  if (compared && NUMBERS.includes(compared[1])) {
    const [, key, sign, limit] = compared;
    const compare = { ">": (a, b) => a > b, "<": (a, b) => a < b, ">=": (a, b) => a >= b, "<=": (a, b) => a <= b }[sign];
    return (run) => run[key] !== null && compare(run[key], Number(limit));
  }
  const colon = word.indexOf(":");
  const key = word.slice(0, colon);
  if (colon > 0 && TEXT.includes(key)) {
    const wanted = word.slice(colon + 1);
    return EXACT.includes(key) ? (run) => wanted === "" || run[key].toLowerCase() === wanted : (run) => run[key].toLowerCase().includes(wanted);
  }
  return (run) => TEXT.some((field) => run[field].toLowerCase().includes(word));
}

/** A test for runs, from the text of the box. */
export function filter(text) {
  const terms = text.toLowerCase().split(/\s+/).filter(Boolean)
    .map((word) => (word.length > 1 && word.startsWith("-") ? ((inner) => (run) => !inner(run))(term(word.slice(1))) : term(word)));
  return (run) => terms.every((holds) => holds(run));
}
