// The lineage that the page holds, with what the other parts ask of it.

const lineage = JSON.parse(document.getElementById("lineage").textContent);

const COLOURS = {
  table: "blue", foreign_table: "sky", view: "green", materialized_view: "teal", function: "purple",
  procedure: "plum", aggregate: "violet", type: "amber", domain: "orange", sequence: "brown", index: "slate",
  trigger: "red", event_trigger: "pink", policy: "pink", rule: "olive", schema: "grey", extension: "olive",
  role: "orange",
};

const SHAPES = {
  table: "rectangle", foreign_table: "rectangle", view: "round-rectangle", materialized_view: "round-rectangle",
  function: "cut-rectangle", procedure: "cut-rectangle", aggregate: "cut-rectangle", trigger: "cut-rectangle",
  event_trigger: "cut-rectangle", type: "barrel", domain: "barrel", sequence: "barrel",
};

const LABEL_LENGTH = 30;

const objects = new Map();
const kindCounts = new Map();
for (const object of lineage.objects) {
  const words = object.kind.replaceAll("_", " ");
  const rest = object.called.startsWith(words + " ") ? object.called.slice(words.length + 1) : object.called;
  objects.set(object.called, {
    ...object,
    words,
    rest,
    isDefined: object.is_defined !== false,
    columns: object.columns ?? [],
    needs: new Map(),
    neededBy: new Map(),
  });
  kindCounts.set(object.kind, (kindCounts.get(object.kind) ?? 0) + 1);
}

const pairs = new Map();
for (const edge of lineage.edges ?? []) {
  const key = JSON.stringify([edge.source, edge.target]);
  const how = edge.kind.replaceAll("_", " ");
  const pair = pairs.get(key);
  if (pair) {
    pair.how += ", " + how;
  } else {
    pairs.set(key, { source: edge.source, target: edge.target, how });
  }
}
for (const pair of pairs.values()) {
  objects.get(pair.source).needs.set(pair.target, pair);
  objects.get(pair.target).neededBy.set(pair.source, pair);
}

function colourOf(kind) {
  return COLOURS[kind] ?? "grey";
}

function shapeOf(kind) {
  return SHAPES[kind] ?? "round-rectangle";
}

// What stands on an object in the graph: without its arguments or its table's schema where it would be long.
function labelOf(object) {
  if (object.table && object.kind !== "index") {
    return shortened(`${object.name} on ${object.table}`);
  }
  const arguments_ = object.rest.indexOf("(", 1);
  if (object.rest.length > LABEL_LENGTH && arguments_ > 0 && arguments_ < LABEL_LENGTH - 2) {
    return object.rest.slice(0, arguments_) + "(…)";
  }
  return shortened(object.rest);
}

function shortened(text) {
  const characters = Array.from(text);
  return characters.length > LABEL_LENGTH ? characters.slice(0, LABEL_LENGTH - 1).join("") + "…" : text;
}

function placeOf(object) {
  const place = object.place;
  return place ? `${place.file ?? "-"}:${place.line}:${place.column}` : "";
}

// What is around an object, it included: `way` is "both", "needs" or "neededBy".
function around(called, depth, way) {
  const found = new Set([called]);
  for (const direction of way === "both" ? ["needs", "neededBy"] : [way]) {
    const seen = new Set([called]);
    let row = [called];
    for (let distance = 0; row.length && distance < depth; distance += 1) {
      const following = [];
      for (const name of row) {
        for (const neighbour of objects.get(name)[direction].keys()) {
          if (!seen.has(neighbour)) {
            seen.add(neighbour);
            found.add(neighbour);
            following.push(neighbour);
          }
        }
      }
      row = following;
    }
  }
  return found;
}
