// The graph on the screen, drawn by Cytoscape.

const LARGE = 800; // objects from which looks give way to speed
const NODE_HEIGHT = 26;
const MARGIN = 36;
const LARGEST_FIT = 1.3;
const FONT = "12px system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";

const textMeasure = document.createElement("canvas").getContext("2d");
textMeasure.font = FONT;

function widthOf(label) {
  return Math.ceil(textMeasure.measureText(label).width) + 26;
}

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

// Identifiers are numbers: names can hold whatever Cytoscape reads in selectors.
const ids = new Map(Array.from(objects.keys(), (called, index) => [called, `n${index}`]));
const names = new Map(Array.from(ids, ([called, id]) => [id, called]));
const isLarge = objects.size > LARGE;

function elements() {
  const nodes = Array.from(objects.values(), (object) => {
    const label = diff ? signedLabelOf(object) : labelOf(object);
    return {
      group: "nodes",
      data: {
        id: ids.get(object.called), label, width: widthOf(label), colour: colourOf(object.kind),
        shape: shapeOf(object.kind),
      },
      classes: [
        object.isDefined ? "" : "undefined", object.called === lineage.focus ? "asked" : "",
        diff ? `change-${object.change}` : "",
      ].join(" "),
    };
  });
  const edges = Array.from(pairs.values(), (pair, index) => ({
    group: "edges",
    data: { id: `e${index}`, source: ids.get(pair.source), target: ids.get(pair.target), how: pair.how },
    classes: diff ? `change-${edgeMarks.get(JSON.stringify([pair.source, pair.target])) ?? "same"}` : "",
  }));
  return nodes.concat(edges);
}

function styles() {
  const colours = new Map(Array.from(new Set(Object.values(COLOURS)).add("grey"), (name) => [name, colour(name)]));
  const surface = colour("surface");
  return [
    {
      selector: "node",
      style: {
        width: "data(width)", height: NODE_HEIGHT, shape: "data(shape)", label: "data(label)", color: colour("text"),
        "font-size": 12, "font-family": "system-ui, -apple-system, Segoe UI, Roboto, DejaVu Sans, sans-serif",
        "text-valign": "center", "text-halign": "center", "min-zoomed-font-size": isLarge ? 6 : 4,
        "background-color": surface, "border-width": 1.5,
        "border-color": (node) => colours.get(node.data("colour")),
        ...(isLarge ? {} : {
          "background-fill": "linear-gradient", "background-gradient-direction": "to-right",
          "background-gradient-stop-colors": (node) =>
            `${colours.get(node.data("colour"))} ${colours.get(node.data("colour"))} ${surface} ${surface}`,
          "background-gradient-stop-positions": (node) => {
            const stripe = (600 / node.data("width")).toFixed(1);
            return `0% ${stripe}% ${stripe}% 100%`;
          },
        }),
      },
    },
    ...(isLarge ? [{
      selector: "node",
      style: { "background-color": (node) => colours.get(node.data("colour")), "background-opacity": 0.3 },
    }] : []),
    { selector: "node.undefined", style: { "border-style": "dashed", "border-color": colour("wrong"), color: colour("wrong") } },
    { selector: "node.asked", style: { "border-width": 3 } },
    {
      selector: "edge",
      style: {
        width: 1.2, "line-color": colour("edge"), "curve-style": isLarge ? "straight" : "bezier",
        "target-arrow-shape": "triangle", "target-arrow-color": colour("edge"), "arrow-scale": 0.8,
        ...(isLarge ? { "line-opacity": 0.6 } : {}),
      },
    },
    ...(diff ? changeStyles(surface) : []),
    { selector: ".hidden", style: { display: "none" } },
    { selector: "node.faded", style: { opacity: 0.22 } },
    { selector: "edge.faded", style: { opacity: 0.1 } },
    { selector: "node.chosen", style: { "border-width": 3.5, "border-color": colour("accent"), "z-index": 10 } },
    {
      selector: "edge.needs, edge.needed-by",
      style: {
        width: 2.2, "z-index": 9, label: "data(how)", "font-size": 10, color: colour("dim"), "line-opacity": 1,
        "text-background-color": colour("page"), "text-background-opacity": 1, "text-background-padding": 2,
        "min-zoomed-font-size": 7,
      },
    },
    { selector: "edge.needs", style: { "line-color": colour("needs"), "target-arrow-color": colour("needs") } },
    { selector: "edge.needed-by", style: { "line-color": colour("needed-by"), "target-arrow-color": colour("needed-by") } },
    { selector: "node:active", style: { "overlay-opacity": 0.08 } },
  ];
}

function changeStyles(surface) {
  const nodes = Object.entries(CHANGES).map(([change, { border }]) => ({
    selector: `node.change-${change}`,
    style: change === "same"
      ? { "background-fill": "solid", "background-color": surface, "border-width": 1 }
      : {
        "background-fill": "solid", "background-color": colour(`change-${change}`),
        "background-opacity": change === "downstream" ? 0.14 : 0.3, "border-color": colour(`change-${change}`),
        "border-width": border === "double" ? 5 : 2.5, "border-style": border,
      },
  }));
  const edges = ["added", "removed"].map((change) => ({
    selector: `edge.change-${change}`,
    style: {
      width: 2.4, "line-color": colour(`change-${change}`), "target-arrow-color": colour(`change-${change}`),
      "line-style": change === "removed" ? "dashed" : "solid", "line-opacity": 1,
    },
  }));
  return nodes.concat(edges);
}

const graph = cytoscape({
  container: document.getElementById("graph"),
  elements: elements(),
  style: styles(),
  layout: { name: "preset" },
  minZoom: 0.02,
  maxZoom: 4,
  boxSelectionEnabled: false,
  autounselectify: true,
  autoungrabify: isLarge,
  textureOnViewport: isLarge,
  hideEdgesOnViewport: objects.size > 2 * LARGE,
  pixelRatio: objects.size > 2 * LARGE ? 1 : "auto",
});

// Shows these objects and no others, and gives them new places.
function arrange(shown) {
  const nodes = [];
  const edges = [];
  for (const called of shown) {
    const id = ids.get(called);
    nodes.push({ id, width: graph.getElementById(id).data("width"), height: NODE_HEIGHT });
    for (const target of objects.get(called).needs.keys()) {
      if (shown.has(target) && target !== called) {
        edges.push({ source: id, target: ids.get(target) });
      }
    }
  }
  const positions = layOut(nodes, edges);
  graph.batch(() => {
    graph.nodes().forEach((node) => {
      const position = positions.get(node.id());
      node.toggleClass("hidden", !position);
      if (position) {
        node.position(position);
      }
    });
  });
}

function legendWidth() {
  const width = document.getElementById("legend").offsetWidth + 12;
  return graph.width() > 3 * width ? width : 0;
}

// Where the shown objects are. The graph itself knows only in its next frame which of them are visible.
function shownBox() {
  let box = null;
  graph.nodes().not(".hidden").forEach((node) => {
    const { x, y } = node.position();
    const half = node.data("width") / 2;
    box ??= { x1: Infinity, x2: -Infinity, y1: Infinity, y2: -Infinity };
    box.x1 = Math.min(box.x1, x - half);
    box.x2 = Math.max(box.x2, x + half);
    box.y1 = Math.min(box.y1, y - NODE_HEIGHT / 2);
    box.y2 = Math.max(box.y2, y + NODE_HEIGHT / 2);
  });
  return box;
}

// Shows everything, beside the legend where there is room for both.
function fit() {
  const box = shownBox();
  if (!box) {
    return;
  }
  const left = legendWidth();
  const width = graph.width() - left;
  const level = Math.min((width - 2 * MARGIN) / (box.x2 - box.x1), (graph.height() - 2 * MARGIN) / (box.y2 - box.y1), LARGEST_FIT);
  graph.viewport({
    zoom: Math.max(level, graph.minZoom()),
    pan: { x: left + width / 2 - (level * (box.x1 + box.x2)) / 2, y: graph.height() / 2 - (level * (box.y1 + box.y2)) / 2 },
  });
}

function zoomBy(factor) {
  graph.zoom({ level: graph.zoom() * factor, renderedPosition: { x: graph.width() / 2, y: graph.height() / 2 } });
}

function centreOn(called) {
  const node = graph.getElementById(ids.get(called));
  if (node.hasClass("hidden")) {
    return;
  }
  if (graph.zoom() < 0.7) {
    graph.zoom(0.9);
  }
  graph.center(node);
  graph.panBy({ x: legendWidth() / 2, y: 0 });
}

function isInView(called) {
  const box = graph.getElementById(ids.get(called)).renderedBoundingBox();
  return box.x1 >= 0 && box.y1 >= 0 && box.x2 <= graph.width() && box.y2 <= graph.height();
}

// Marks an object and its neighbours; nothing, if there is none. `fades` says whether all others step back.
function mark(called, fades) {
  graph.batch(() => {
    graph.elements(".chosen, .faded, .needs, .needed-by").removeClass("chosen faded needs needed-by");
    if (called === null) {
      return;
    }
    const node = graph.getElementById(ids.get(called));
    if (fades) {
      graph.elements().not(node.closedNeighborhood()).addClass("faded");
    }
    node.addClass("chosen");
    node.outgoers("edge").addClass("needs");
    node.incomers("edge").addClass("needed-by");
  });
}
