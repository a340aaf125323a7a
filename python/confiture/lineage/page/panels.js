// Legend, search and details. Names become text, never markup.

const LISTED = 100;
const MATCHES = 40;

function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "role") {
      made.setAttribute(name, value);
    } else {
      made[name] = value;
    }
  }
  made.append(...children);
  return made;
}

function swatch(kind) {
  const made = element("span", { className: "swatch" });
  made.style.color = `var(--${colourOf(kind)})`;
  return made;
}

// A name that may go on in the next line after a dot, a bracket, a comma or an underscore.
function breakable(tag, properties, text) {
  const made = element(tag, properties);
  text.split(/(?<=[.(,_])/).forEach((part, index) => made.append(...(index ? [element("wbr"), part] : [part])));
  return made;
}

function showLegend(shownKinds, changed) {
  const list = document.getElementById("kinds");
  const order = Array.from(kindCounts).sort(([one], [other]) => (one < other ? -1 : 1));
  const ranked = order.sort(([one], [other]) => rankOf(one) - rankOf(other));
  list.replaceChildren(
    ...ranked.map(([kind, count]) => {
      const box = element("input", { type: "checkbox", checked: shownKinds.has(kind), value: kind });
      box.addEventListener("change", () => {
        if (box.checked) {
          shownKinds.add(kind);
        } else {
          shownKinds.delete(kind);
        }
        changed();
      });
      const number = element("span", { className: "count", textContent: count });
      return element("li", {}, element("label", {}, box, swatch(kind), kind.replaceAll("_", " "), number));
    }),
  );
}

function rankOf(kind) {
  const index = Object.keys(COLOURS).indexOf(kind);
  return index < 0 ? Infinity : index;
}

// Objects whose name has the words in it, and then those with such a column.
function matchesOf(text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) {
    return [];
  }
  const found = [];
  for (const object of objects.values()) {
    const called = object.called.toLowerCase();
    const name = object.name.toLowerCase();
    if (words.every((word) => called.includes(word))) {
      const last = words[words.length - 1];
      const rank = name === last ? 0 : name.startsWith(last) ? 1 : name.includes(last) ? 2 : 3;
      found.push({ object, rank });
      continue;
    }
    const column = object.columns.find((each) => {
      const full = `${called}.${each.name.toLowerCase()}`;
      return words.every((word) => full.includes(word));
    });
    if (column) {
      found.push({ object, column: column.name, rank: 4 });
    }
  }
  found.sort((one, other) => one.rank - other.rank || one.object.name.length - other.object.name.length);
  return found;
}

function connectSearch(choose) {
  const input = document.getElementById("search");
  const list = document.getElementById("matches");
  let matches = [];
  let current = -1;

  function close() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function point(index) {
    current = index;
    Array.from(list.children).forEach((item, at) => item.setAttribute("aria-selected", String(at === index)));
    const item = list.children[index];
    if (item && matches.length) {
      input.setAttribute("aria-activedescendant", item.id);
      item.scrollIntoView({ block: "nearest" });
    }
  }

  function take(index) {
    if (matches[index]) {
      close();
      input.value = "";
      choose(matches[index].object.called);
    }
  }

  function show() {
    const all = matchesOf(input.value);
    matches = all.slice(0, MATCHES);
    const items = matches.map(({ object, column }, index) => {
      const name = element("span", { className: "name", textContent: object.rest + (column ? ` · ${column}` : "") });
      const kind = element("span", { className: "kind", textContent: object.words });
      const shown = object.change === "same" ? [] : [changeMark(object.change)];
      const item = element("li", { id: `match-${index}`, role: "option" }, swatch(object.kind), ...shown, name, kind);
      item.addEventListener("mousedown", (event) => {
        event.preventDefault();
        take(index);
      });
      return item;
    });
    if (all.length > matches.length) {
      items.push(element("li", { className: "none", textContent: `and ${all.length - matches.length} more` }));
    } else if (!all.length) {
      items.push(element("li", { className: "none", textContent: "Nothing is called so." }));
    }
    list.replaceChildren(...items);
    list.hidden = !input.value.trim();
    input.setAttribute("aria-expanded", String(!list.hidden));
    point(matches.length ? 0 : -1);
  }

  input.addEventListener("input", show);
  input.addEventListener("focus", show);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      point(matches.length ? (current + step + matches.length) % matches.length : -1);
    } else if (event.key === "Enter") {
      take(current);
    } else if (event.key === "Escape") {
      event.stopPropagation();
      if (input.value) {
        input.value = "";
        close();
      } else {
        input.blur();
      }
    }
  });
}

function heading(text) {
  return element("h3", { textContent: text });
}

function columnsTable(columns) {
  const rows = columns.map((column) => {
    const flags = [column.is_key ? "key" : "", column.is_not_null ? "not null" : ""].filter(Boolean).join(", ");
    const row = element(
      "tr",
      { title: column.comment ?? "" },
      breakable("td", {}, column.name),
      element("td", { className: "type", textContent: column.type ?? "" }),
      element("td", { className: "flags", textContent: flags }),
    );
    return row;
  });
  return element("table", {}, element("tbody", {}, ...rows));
}

function neighboursList(neighbours, choose) {
  const list = element("ul", { className: "neighbours" });
  const entries = Array.from(neighbours);
  const add = (from, to) => {
    for (const [called, pair] of entries.slice(from, to)) {
      const object = objects.get(called);
      const button = element(
        "button",
        { type: "button", title: object.called },
        swatch(object.kind),
        ...(object.change === "same" ? [] : [changeMark(object.change)]),
        breakable("span", { className: object.isDefined ? "name" : "name wrong" }, object.rest),
        element("span", { className: "how", textContent: pair.how }),
      );
      button.addEventListener("click", () => choose(called));
      list.append(element("li", {}, button));
    }
  };
  add(0, LISTED);
  if (entries.length > LISTED) {
    const more = element("button", { type: "button", textContent: `${entries.length - LISTED} more` });
    more.addEventListener("click", () => {
      more.parentElement.remove();
      add(LISTED, entries.length);
    });
    list.append(element("li", {}, more));
  }
  return list;
}

// `only`: the controls that narrow the graph down to what is around the object.
function showDetails(object, only, choose) {
  const panel = document.getElementById("details");
  panel.hidden = object === null;
  if (object === null) {
    return;
  }
  const parts = [
    element("span", { className: "badge" }, swatch(object.kind), object.words),
    breakable("h2", { tabIndex: -1 }, object.rest),
  ];
  parts.push(...changeDetails(object));
  if (object.place) {
    parts.push(element("div", { className: "place", textContent: placeOf(object) }));
  }
  if (!object.isDefined) {
    parts.push(element("p", { className: "wrong", textContent: "No file defines it." }));
  }
  if (object.is_opaque) {
    parts.push(element("p", { textContent: "Known by its statement alone." }));
  }
  if (object.comment) {
    parts.push(element("p", { className: "comment", textContent: object.comment }));
  }
  parts.push(only);
  if (object.columns.length) {
    parts.push(heading(`Columns (${object.columns.length})`), columnsTable(object.columns));
  }
  if (object.labels) {
    const labels = object.labels.map((label) => element("li", { textContent: label }));
    parts.push(heading(`Labels (${labels.length})`), element("ol", { className: "labels" }, ...labels));
  }
  parts.push(heading(`Needs (${object.needs.size})`), neighboursList(object.needs, choose));
  parts.push(heading(`Needed by (${object.neededBy.size})`), neighboursList(object.neededBy, choose));
  document.getElementById("details-body").replaceChildren(...parts);
  panel.scrollTop = 0;
}
