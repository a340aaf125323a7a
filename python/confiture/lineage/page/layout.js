// Where objects stand: what is needed on the left, what needs it on the right.
//
// What hangs together is laid out apart from the rest: a small piece by dagre, a larger one by `inColumns`, which
// takes time in proportion to its edges and little room. The pieces are then packed.

const DAGRE_LIMIT = 120; // objects and half of the edges between them
const ROW_GAP = 12;
const COLUMN_GAP = 56;
const PIECE_GAP = 60;
const SWEEPS = 10;
const MOST_STRETCH = 1.7; // of a flat piece, upwards and downwards
const ASPECT = 1.5;

// `nodes`: [{id, width, height}], `edges`: [{source, target}]. Returns a Map of id to {x, y}, centres.
function layOut(nodes, edges) {
  const pieces = piecesOf(nodes, edges);
  const alone = [];
  const boxes = [];
  for (const piece of pieces) {
    if (piece.nodes.length === 1) {
      alone.push(piece.nodes[0]);
    } else if (piece.nodes.length + piece.edges.length / 2 <= DAGRE_LIMIT) {
      boxes.push(boxOf(piece.nodes, byDagre(piece)));
    } else {
      boxes.push(boxOf(piece.nodes, inColumns(piece)));
    }
  }
  if (alone.length) {
    boxes.push(boxOf(alone, inGrid(alone)));
  }
  return packed(boxes);
}

function piecesOf(nodes, edges) {
  const neighbours = new Map(nodes.map((node) => [node.id, []]));
  for (const edge of edges) {
    neighbours.get(edge.source).push(edge.target);
    neighbours.get(edge.target).push(edge.source);
  }
  const pieceOf = new Map();
  const pieces = [];
  for (const node of nodes) {
    if (pieceOf.has(node.id)) {
      continue;
    }
    const piece = { nodes: [], edges: [] };
    pieces.push(piece);
    pieceOf.set(node.id, piece);
    const pending = [node.id];
    while (pending.length) {
      for (const neighbour of neighbours.get(pending.pop())) {
        if (!pieceOf.has(neighbour)) {
          pieceOf.set(neighbour, piece);
          pending.push(neighbour);
        }
      }
    }
  }
  for (const node of nodes) {
    pieceOf.get(node.id).nodes.push(node);
  }
  for (const edge of edges) {
    pieceOf.get(edge.source).edges.push(edge);
  }
  return pieces;
}

function byDagre(piece) {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: "RL", nodesep: ROW_GAP, edgesep: 4, ranksep: COLUMN_GAP });
  graph.setDefaultEdgeLabel(() => ({}));
  piece.nodes.forEach((node) => graph.setNode(node.id, { width: node.width, height: node.height }));
  piece.edges.forEach((edge) => graph.setEdge(edge.source, edge.target));
  dagre.layout(graph);
  return new Map(piece.nodes.map((node) => [node.id, graph.node(node.id)]));
}

function inColumns(piece) {
  const ranks = ranksOf(piece);
  const rows = [];
  for (const node of piece.nodes) {
    (rows[ranks.get(node.id)] ??= []).push(node);
  }
  sortRows(rows, piece.edges, ranks);
  const blocks = rows.map((row) => ({
    row,
    step: Math.max(...row.map((node) => node.height)) + ROW_GAP,
    width: Math.max(...row.map((node) => node.width)) + 24,
    gap: COLUMN_GAP + Math.min(160, row.length),
  }));
  const tallest = heightFor(blocks);
  const stretch = Math.min(MOST_STRETCH, Math.max(1, widthAt(blocks, tallest) / ASPECT / tallest));
  const positions = new Map();
  let x = 0;
  for (const { row, step, width, gap } of blocks) {
    // What stands near in the row stands near in the columns, as these are filled line by line.
    const columns = Math.ceil((row.length * step) / tallest);
    const lines = Math.ceil(row.length / columns);
    row.forEach((node, index) => {
      const y = (Math.floor(index / columns) - (lines - 1) / 2) * step * stretch;
      positions.set(node.id, { x: x + (index % columns) * width + width / 2, y });
    });
    x += columns * width + gap;
  }
  return positions;
}

// The height at which rows that are too long for it, and take several columns, give about the wanted aspect.
function heightFor(blocks) {
  const longest = Math.max(...blocks.map(({ row, step }) => row.length * step));
  let best = longest;
  for (let height = longest; height > 300; height *= 0.9) {
    best = height;
    if (widthAt(blocks, height) >= height * ASPECT) {
      break;
    }
  }
  return best;
}

function widthAt(blocks, height) {
  return blocks.reduce(
    (sum, { row, step, width, gap }) => sum + Math.ceil((row.length * step) / height) * width + gap,
    0,
  );
}

// The longest way from each object to one that needs nothing; edges that close a cycle do not count.
function ranksOf(piece) {
  const targets = new Map(piece.nodes.map((node) => [node.id, []]));
  piece.edges.forEach((edge) => targets.get(edge.source).push(edge.target));
  const ranks = new Map();
  const open = new Set();
  for (const node of piece.nodes) {
    const path = ranks.has(node.id) ? [] : [{ id: node.id, next: 0, rank: 0 }];
    open.add(node.id);
    while (path.length) {
      const top = path[path.length - 1];
      const following = targets.get(top.id)[top.next];
      if (following === undefined) {
        ranks.set(top.id, top.rank);
        open.delete(top.id);
        path.pop();
        if (path.length) {
          path[path.length - 1].rank = Math.max(path[path.length - 1].rank, top.rank + 1);
        }
        continue;
      }
      top.next += 1;
      if (ranks.has(following)) {
        top.rank = Math.max(top.rank, ranks.get(following) + 1);
      } else if (!open.has(following)) {
        open.add(following);
        path.push({ id: following, next: 0, rank: 0 });
      }
    }
    open.delete(node.id);
  }
  return ranks;
}

// Sorts each row by the mean place of what its objects are connected to, there and back several times.
function sortRows(rows, edges, ranks) {
  const left = new Map();
  const right = new Map();
  const add = (map, key, value) => (map.get(key) ?? map.set(key, []).get(key)).push(value);
  for (const { source, target } of edges) {
    const [lower, upper] = ranks.get(source) < ranks.get(target) ? [source, target] : [target, source];
    add(left, upper, lower);
    add(right, lower, upper);
  }
  const place = new Map();
  const note = (row) => row.forEach((node, index) => place.set(node.id, (index + 0.5) / row.length));
  rows.forEach(note);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const forwards = sweep % 2 === 0;
    const neighbours = forwards ? left : right;
    for (const row of forwards ? rows : rows.slice().reverse()) {
      const means = new Map();
      for (const node of row) {
        const others = neighbours.get(node.id);
        const mean = others ? others.reduce((sum, id) => sum + place.get(id), 0) / others.length : place.get(node.id);
        means.set(node.id, mean);
      }
      row.sort((one, other) => means.get(one.id) - means.get(other.id));
      note(row);
    }
  }
}

function inGrid(nodes) {
  const width = Math.max(...nodes.map((node) => node.width)) + 24;
  const height = Math.max(...nodes.map((node) => node.height)) + ROW_GAP;
  const columns = Math.max(1, Math.round(Math.sqrt((nodes.length * height * ASPECT) / width)));
  return new Map(
    nodes.map((node, index) => [
      node.id,
      { x: (index % columns) * width + width / 2, y: Math.floor(index / columns) * height },
    ]),
  );
}

function boxOf(nodes, positions) {
  const box = { nodes, positions, left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
  for (const node of nodes) {
    const { x, y } = positions.get(node.id);
    box.left = Math.min(box.left, x - node.width / 2);
    box.right = Math.max(box.right, x + node.width / 2);
    box.top = Math.min(box.top, y - node.height / 2);
    box.bottom = Math.max(box.bottom, y + node.height / 2);
  }
  box.width = box.right - box.left;
  box.height = box.bottom - box.top;
  return box;
}

// Puts boxes on shelves, the tallest first, for a page of about the aspect of a screen.
function packed(boxes) {
  const order = boxes.map((box, index) => ({ box, index }));
  order.sort((one, other) => other.box.height - one.box.height || one.index - other.index);
  const area = boxes.reduce((sum, box) => sum + (box.width + PIECE_GAP) * (box.height + PIECE_GAP), 0);
  const widest = Math.max(Math.sqrt(area * ASPECT), ...boxes.map((box) => box.width));
  const positions = new Map();
  let x = 0;
  let y = 0;
  let shelf = 0;
  for (const { box } of order) {
    if (x > 0 && x + box.width > widest) {
      x = 0;
      y += shelf + PIECE_GAP;
      shelf = 0;
    }
    for (const node of box.nodes) {
      const at = box.positions.get(node.id);
      positions.set(node.id, { x: at.x - box.left + x, y: at.y - box.top + y });
    }
    x += box.width + PIECE_GAP;
    shelf = Math.max(shelf, box.height);
  }
  return positions;
}
