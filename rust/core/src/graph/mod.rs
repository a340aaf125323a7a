//! A dependency graph over numbered things, and the questions asked of it.
//!
//! It knows nothing of what the numbers stand for. Answers are in ascending order or say which order they
//! have; none depends on the order that edges were given in, but `parents` and `children` keep it.

mod order;

pub use order::Cycle;

/// A graph of `len` nodes, each with its parents: what it depends on.
#[derive(Debug, Default)]
pub struct Graph {
    parents: Edges,
    children: Edges,
}

/// The neighbours of all nodes, one after the other.
#[derive(Debug, Default)]
struct Edges {
    /// Where each node's neighbours start; one more than there are nodes.
    starts: Vec<u32>,
    nodes: Vec<u32>,
}

impl Edges {
    /// Edges sorted by a first node, which are numbered below `len`.
    fn new(len: usize, pairs: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let mut starts = vec![0_u32; len + 1];
        for (from, _) in pairs.clone() {
            if let Some(count) = starts.get_mut(from as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut next = starts.clone();
        let mut nodes = vec![0; sum as usize];
        for (from, to) in pairs {
            if let Some(slot) = next.get_mut(from as usize) {
                if let Some(node) = nodes.get_mut(*slot as usize) {
                    *node = to;
                }
                *slot += 1;
            }
        }
        Self { starts, nodes }
    }

    fn of(&self, node: u32) -> &[u32] {
        let node = node as usize;
        match (self.starts.get(node), self.starts.get(node + 1)) {
            (Some(&start), Some(&end)) => self.nodes.get(start as usize..end as usize).unwrap_or_default(),
            _ => &[],
        }
    }
}

impl Graph {
    /// The graph of nodes below `len` and edges `(node, parent)`. What is given twice counts once.
    #[must_use]
    pub fn new(len: usize, edges: &[(u32, u32)]) -> Self {
        let mut seen = rustc_hash::FxHashSet::default();
        let edges: Vec<_> = edges.iter().copied().filter(|edge| seen.insert(*edge)).collect();
        let parents = Edges::new(len, edges.iter().copied());
        let children = Edges::new(len, edges.iter().map(|&(node, parent)| (parent, node)));
        Self { parents, children }
    }

    /// How many nodes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.parents.starts.len().saturating_sub(1)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What a node depends on, in the order of its edges.
    #[must_use]
    pub fn parents(&self, node: u32) -> &[u32] {
        self.parents.of(node)
    }

    /// What depends on a node, in the order of the edges.
    #[must_use]
    pub fn children(&self, node: u32) -> &[u32] {
        self.children.of(node)
    }

    /// All that a node depends on, directly or not, at most so many steps away; not itself, unless it is
    /// part of a cycle.
    #[must_use]
    pub fn ancestors(&self, node: u32, steps: Option<usize>) -> Vec<u32> {
        self.reach(&self.parents, node, steps)
    }

    /// All that depends on a node, as `ancestors`.
    #[must_use]
    pub fn descendants(&self, node: u32, steps: Option<usize>) -> Vec<u32> {
        self.reach(&self.children, node, steps)
    }

    fn reach(&self, edges: &Edges, node: u32, steps: Option<usize>) -> Vec<u32> {
        let mut reached = vec![false; self.len()];
        let mut found = Vec::new();
        let mut border = vec![node];
        let mut step = 0;
        while !border.is_empty() && steps.is_none_or(|steps| step < steps) {
            let mut next = Vec::new();
            for &node in &border {
                for &neighbour in edges.of(node) {
                    if let Some(reached @ false) = reached.get_mut(neighbour as usize) {
                        *reached = true;
                        next.push(neighbour);
                    }
                }
            }
            found.extend_from_slice(&next);
            border = next;
            step += 1;
        }
        found.sort_unstable();
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diamond() -> Graph {
        Graph::new(5, &[(1, 0), (2, 0), (3, 2), (3, 1), (3, 2), (4, 3)])
    }

    #[test]
    fn neighbours_are_given_once_and_in_the_order_of_their_edges() {
        let graph = diamond();
        assert_eq!(graph.parents(3), [2, 1]);
        assert_eq!(graph.children(0), [1, 2]);
        assert!(graph.parents(9).is_empty());
    }

    #[test]
    fn all_that_is_reached_is_given_in_ascending_order() {
        let graph = diamond();
        assert_eq!(graph.ancestors(4, None), [0, 1, 2, 3]);
        assert_eq!(graph.ancestors(4, Some(2)), [1, 2, 3]);
        assert_eq!(graph.descendants(0, Some(1)), [1, 2]);
        assert!(graph.ancestors(4, Some(0)).is_empty());
    }

    #[test]
    fn a_node_of_a_cycle_is_its_own_ancestor() {
        assert_eq!(Graph::new(2, &[(0, 1), (1, 0)]).ancestors(0, None), [0, 1]);
    }
}
