// What the page does: one state, and what changes it.

const QUIET_KINDS = ["index", "sequence", "schema", "extension", "role"];
const CROWDED = 150; // objects from which the quiet kinds are left out at first

const READABLE = 0.5;

const state = {
  chosen: null, isNarrow: false, depth: 1, way: "both", kinds: new Set(kindCounts.keys()),
  isWhole: diff === null, changes: new Set(changeCounts.keys()),
};
const changedAndAround = diff ? surroundings() : null;

function byId(id) {
  return document.getElementById(id);
}

function shownObjects() {
  const isAround = state.isNarrow && state.chosen !== null;
  const narrow = isAround ? around(state.chosen, state.depth, state.way) : state.isWhole ? null : changedAndAround;
  const shown = new Set();
  for (const [called, object] of objects) {
    const isWanted = state.kinds.has(object.kind) && state.changes.has(object.change);
    if (called === state.chosen || (isWanted && (!narrow || narrow.has(called)))) {
      shown.add(called);
    }
  }
  return shown;
}

function rearrange() {
  const shown = shownObjects();
  arrange(shown);
  fit();
  byId("notice").hidden = shown.size > 0;
  byId("notice").textContent = !objects.size
    ? "There are no objects."
    : diff && !state.isWhole && !changedAndAround.size ? "Nothing changed." : "All kinds are left out.";
  const left = objects.size - shown.size;
  byId("status").textContent =
    (diff ? `${changeSummary()} · ` : "") + `${objects.size} ${objects.size === 1 ? "object" : "objects"}, ` +
    `${pairs.size} ${pairs.size === 1 ? "need" : "needs"}` + (left ? ` · ${shown.size} shown` : "");
}

// What is clicked stays where it is, if it can, so that a second click meets it; anything else comes to the middle.
function choose(called, isClicked = false) {
  const isHidden = called !== null && graph.getElementById(ids.get(called)).hasClass("hidden");
  state.chosen = called;
  if (called === null) {
    state.isNarrow = false;
  }
  showDetails(called === null ? null : objects.get(called), called === null ? null : narrowingControls(), visit);
  graph.resize();
  markChosen();
  showInAddress(called);
  if (isHidden || state.isNarrow) {
    rearrange();
  }
  if (called !== null && !state.isNarrow && !(isClicked && isInView(called))) {
    centreOn(called);
  }
}

// What is chosen by keyboard has the keys go on from its details.
function visit(called) {
  choose(called);
  document.querySelector("#details h2").focus();
}

function showInAddress(called) {
  try {
    history.replaceState(null, "", called === null ? location.pathname + location.search : `#${encodeURIComponent(called)}`);
  } catch {
    // A page inside of another one may have no address of its own.
  }
}

function markChosen() {
  mark(state.chosen, !state.isNarrow && state.chosen !== lineage.focus);
}

function narrow(isNarrow) {
  if (state.chosen === null) {
    return;
  }
  state.isNarrow = isNarrow;
  showDetails(objects.get(state.chosen), narrowingControls(), visit);
  markChosen();
  rearrange();
  if (!isNarrow) {
    centreOn(state.chosen);
  }
}

function narrowingControls() {
  const button = element("button", {
    type: "button", id: "only", textContent: "Only what is around it", title: "Show only what is around it (o)",
    "aria-pressed": String(state.isNarrow),
  });
  button.addEventListener("click", () => {
    narrow(!state.isNarrow);
    byId("only").focus();
  });
  const depth = choice("How far", [[1, "1 step"], [2, "2 steps"], [3, "3 steps"], [Infinity, "all the way"]], "depth");
  const way = choice("Which way", [["both", "both ways"], ["needs", "what it needs"], ["neededBy", "what needs it"]], "way");
  return element("div", { className: "only" }, button, ...(state.isNarrow ? [depth, way] : []));
}

function choice(label, values, key) {
  const select = element("select", { id: `only-${key}`, "aria-label": label });
  values.forEach(([value, text], index) => {
    select.append(element("option", { value: index, textContent: text, selected: state[key] === value }));
  });
  select.addEventListener("change", () => {
    state[key] = values[Number(select.value)][0];
    rearrange();
  });
  return select;
}

// The address can name an object.
function chooseAsked() {
  let asked = lineage.focus;
  try {
    asked = location.hash ? decodeURIComponent(location.hash.slice(1)) : asked;
  } catch {
    // An address that is written wrong names nothing.
  }
  if (objects.has(asked) && asked !== state.chosen) {
    choose(asked);
  }
}

function showWhole(isWhole) {
  state.isWhole = isWhole;
  byId("whole").setAttribute("aria-pressed", String(isWhole));
  rearrange();
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  byId("theme").textContent = theme === "dark" ? "Light" : "Dark";
  graph.style(styles());
}

function stepBack() {
  if (state.isNarrow) {
    narrow(false);
  } else {
    choose(null);
  }
}

const KEYS = {
  "/": () => byId("search").focus(),
  "+": () => zoomBy(1.25),
  "=": () => zoomBy(1.25),
  "-": () => zoomBy(0.8),
  0: fit,
  o: () => narrow(!state.isNarrow),
  ...(diff ? { a: () => showWhole(!state.isWhole) } : {}),
  t: () => byId("theme").click(),
  "?": () => byId("keys").showModal(),
  Escape: stepBack,
};

const MOVES = { ArrowLeft: [80, 0], ArrowRight: [-80, 0], ArrowUp: [0, 80], ArrowDown: [0, -80] };

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.matches("input[type=search], select");
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey || byId("keys").open) {
    return;
  }
  const move = event.target === byId("graph") || event.target === document.body ? MOVES[event.key] : undefined;
  const act = move ? () => graph.panBy({ x: move[0], y: move[1] }) : KEYS[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
});

byId("zoom-in").addEventListener("click", () => zoomBy(1.25));
byId("zoom-out").addEventListener("click", () => zoomBy(0.8));
byId("fit").addEventListener("click", fit);
byId("help").addEventListener("click", () => byId("keys").showModal());
byId("close").addEventListener("click", () => choose(null));
byId("theme").addEventListener("click", () => setTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark"));
byId("legend-fold").addEventListener("click", () => {
  const body = byId("legend-body");
  body.hidden = !body.hidden;
  byId("legend-fold").setAttribute("aria-expanded", String(!body.hidden));
});
if (matchMedia("(max-width: 760px)").matches) {
  byId("legend-fold").click();
}
for (const [id, kinds] of [["all-kinds", () => kindCounts.keys()], ["no-kinds", () => []]]) {
  byId(id).addEventListener("click", () => {
    state.kinds = new Set(kinds());
    showLegend(state.kinds, rearrange);
    rearrange();
  });
}
graph.on("tap", "node", (event) => choose(names.get(event.target.id()), true));
graph.on("tap", (event) => {
  if (event.target === graph && !state.isNarrow) {
    choose(null);
  }
});
byId("graph").addEventListener("dblclick", () => {
  if (!state.isNarrow) {
    narrow(true);
  }
});
graph.on("mouseover", "node", (event) => {
  byId("graph").style.cursor = "pointer";
  byId("graph").title = objects.get(names.get(event.target.id())).called;
});
graph.on("mouseout", "node", () => {
  byId("graph").style.cursor = "";
  byId("graph").title = "";
});

const preference = matchMedia("(prefers-color-scheme: dark)");
preference.addEventListener("change", () => setTheme(preference.matches ? "dark" : "light"));
setTheme(preference.matches ? "dark" : "light");
if (objects.size > CROWDED && lineage.focus === undefined && !diff) {
  QUIET_KINDS.forEach((kind) => state.kinds.delete(kind));
}
showLegend(state.kinds, rearrange);
if (diff) {
  byId("compared").hidden = false;
  byId("sides").textContent = `${diff.old} → ${diff.new}`;
  byId("notes").replaceChildren(...(diff.notes ?? []).map((note) => element("li", { textContent: note })));
  byId("whole").addEventListener("click", () => showWhole(!state.isWhole));
  byId("whole-key").hidden = false;
  showChangeLegend(state.changes, rearrange);
}
connectSearch(visit);
rearrange();
chooseAsked();
fit();
if (state.chosen !== null && graph.zoom() < READABLE) {
  centreOn(state.chosen);
}
addEventListener("hashchange", chooseAsked);
document.documentElement.dataset.state = "ready";
