//! Topological order and cycles.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Graph;

/// Nodes of which each depends on the next and the last on the first; the lowest comes first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cycle(pub Vec<u32>);

impl Graph {
    /// All nodes, each behind what it depends on; of those that could come next, the lowest does.
    ///
    /// # Errors
    ///
    /// The graph has a cycle: one is given.
    pub fn topological_order(&self) -> Result<Vec<u32>, Cycle> {
        let len = u32::try_from(self.len()).unwrap_or(u32::MAX);
        let mut missing: Vec<usize> = (0..len).map(|node| self.parents(node).len()).collect();
        let mut ready: BinaryHeap<Reverse<u32>> =
            (0..len).filter(|&node| self.parents(node).is_empty()).map(Reverse).collect();
        let mut order = Vec::with_capacity(self.len());
        while let Some(Reverse(node)) = ready.pop() {
            order.push(node);
            for &child in self.children(node) {
                if let Some(missing) = missing.get_mut(child as usize) {
                    *missing -= 1;
                    if *missing == 0 {
                        ready.push(Reverse(child));
                    }
                }
            }
        }
        if order.len() == self.len() { Ok(order) } else { Err(self.cycle_among(&missing)) }
    }

    /// A cycle, if there is one.
    #[must_use]
    pub fn find_cycle(&self) -> Option<Cycle> {
        self.topological_order().err()
    }

    /// The cycle met when, from the lowest node that still misses parents, the lowest such parent is
    /// followed again and again.
    fn cycle_among(&self, missing: &[usize]) -> Cycle {
        let is_left = |node: u32| missing.get(node as usize).is_some_and(|&count| count > 0);
        let len = u32::try_from(self.len()).unwrap_or(u32::MAX);
        let mut step_of = vec![usize::MAX; self.len()];
        let mut path: Vec<u32> = Vec::new();
        let mut next = (0..len).find(|&node| is_left(node));
        while let Some(node) = next {
            let Some(step) = step_of.get_mut(node as usize) else { break };
            if *step != usize::MAX {
                path.drain(..*step);
                break;
            }
            *step = path.len();
            path.push(node);
            next = self.parents(node).iter().copied().filter(|&parent| is_left(parent)).min();
        }
        let lowest = path.iter().enumerate().min_by_key(|(_, node)| **node).map_or(0, |(index, _)| index);
        path.rotate_left(lowest);
        Cycle(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_depended_on_comes_first_and_the_lowest_of_several_before_the_others() {
        let graph = Graph::new(5, &[(0, 4), (3, 0), (1, 4)]);
        assert_eq!(graph.topological_order(), Ok(vec![2, 4, 0, 1, 3]));
        assert_eq!(graph.find_cycle(), None);
    }

    #[test]
    fn a_cycle_starts_with_its_lowest_node_and_leaves_out_what_only_leads_to_it() {
        let graph = Graph::new(5, &[(0, 3), (3, 2), (2, 4), (4, 3), (1, 0)]);
        assert_eq!(graph.find_cycle(), Some(Cycle(vec![2, 4, 3])));
    }

    #[test]
    fn a_node_that_depends_on_itself_is_a_cycle() {
        assert_eq!(Graph::new(2, &[(1, 1)]).find_cycle(), Some(Cycle(vec![1])));
    }
}
