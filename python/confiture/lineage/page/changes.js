// What is different between two lineages: each change has a sign, a word and a border of its own beside its colour.

const diff = lineage.diff ?? null;

const CHANGES = {
  added: { sign: "+", words: "added", border: "solid" },
  removed: { sign: "−", words: "removed", border: "dashed" },
  modified: { sign: "~", words: "modified", border: "double" },
  downstream: { sign: "↓", words: "reached downstream", border: "dotted" },
  same: { sign: "", words: "unchanged", border: "solid" },
};

const MOST_SHOWN = 100; // objects that are shown at first, unless more than that changed

const marks = new Map(Object.entries(diff?.objects ?? {}));
const edgeMarks = new Map((diff?.edges ?? []).map(({ source, target, change }) => [JSON.stringify([source, target]), change]));
const changeCounts = new Map();
for (const [called, object] of objects) {
  object.change = marks.get(called)?.change ?? "same";
  changeCounts.set(object.change, (changeCounts.get(object.change) ?? 0) + 1);
}

function isChanged(object) {
  return object.change !== "same" && object.change !== "downstream";
}

function signedLabelOf(object) {
  const { sign } = CHANGES[object.change];
  return sign ? `${sign} ${labelOf(object)}` : labelOf(object);
}

// What changed, what stands beside it, and what it reaches, the nearest first, as far as there is room.
function surroundings() {
  const found = new Set();
  for (const [called, object] of objects) {
    if (isChanged(object)) {
      found.add(called);
    }
  }
  const reached = Array.from(marks).filter(([, mark]) => mark.change === "downstream");
  reached.sort(([, one], [, other]) => one.distance - other.distance);
  const beside = Array.from(found).flatMap((called) => {
    const object = objects.get(called);
    return [...object.needs.keys(), ...object.neededBy.keys()];
  });
  for (const called of [...beside, ...reached.map(([name]) => name)]) {
    if (found.size >= MOST_SHOWN) {
      break;
    }
    found.add(called);
  }
  return found;
}

function changeMark(change) {
  const made = element("span", { className: `mark ${change}`, textContent: CHANGES[change].sign || "·" });
  made.setAttribute("aria-hidden", "true");
  return made;
}

function showChangeLegend(shownChanges, changed) {
  const list = document.getElementById("changes");
  list.replaceChildren(
    ...Object.entries(CHANGES).filter(([change]) => changeCounts.has(change)).map(([change, { words }]) => {
      const box = element("input", { type: "checkbox", checked: shownChanges.has(change), value: change });
      box.addEventListener("change", () => {
        if (box.checked) {
          shownChanges.add(change);
        } else {
          shownChanges.delete(change);
        }
        changed();
      });
      const number = element("span", { className: "count", textContent: changeCounts.get(change) });
      return element("li", {}, element("label", {}, box, changeMark(change), words, number));
    }),
  );
}

function valueText(value) {
  return typeof value === "string" ? value : JSON.stringify(value, null, 1);
}

function changedField(field) {
  const parts = [breakable("div", { className: "path" }, field.path)];
  if (field.lines?.length) {
    const lines = field.lines.map((line) => {
      const kind = { "-": "removed", "+": "added" }[line[0]] ?? "same";
      return element("span", { className: kind, textContent: line + "\n" });
    });
    parts.push(element("pre", { className: "lines" }, ...lines));
  }
  if (field.old !== undefined) {
    parts.push(element("pre", { className: "removed", textContent: `− ${valueText(field.old)}` }));
  }
  if (field.new !== undefined) {
    parts.push(element("pre", { className: "added", textContent: `+ ${valueText(field.new)}` }));
  }
  return element("li", {}, ...parts);
}

// What the details say of the change of an object.
function changeDetails(object) {
  const mark = marks.get(object.called);
  if (!mark) {
    return [];
  }
  const steps = mark.distance === undefined ? "" : ` (${mark.distance} ${mark.distance === 1 ? "step" : "steps"})`;
  const said = element("p", { className: "change" }, changeMark(mark.change), CHANGES[mark.change].words + steps);
  const parts = [said];
  if (mark.verdict) {
    parts.push(element("p", { className: "verdict", textContent: `Its SQL: ${mark.verdict}` }));
  }
  if (mark.reasons) {
    const reasons = mark.reasons.map((reason) => element("li", { textContent: reason }));
    parts.push(element("ul", { className: "labels" }, ...reasons));
  }
  if (mark.fields) {
    parts.push(heading(`Changes (${mark.fields.length})`));
    parts.push(element("ul", { className: "fields" }, ...mark.fields.map(changedField)));
  }
  return parts;
}

function changeSummary() {
  const counted = Object.entries(CHANGES).filter(([change]) => change !== "same" && changeCounts.has(change));
  return counted.map(([change, { words }]) => `${changeCounts.get(change)} ${words}`).join(", ") || "no changes";
}
