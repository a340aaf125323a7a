//! Build order: comparing paths component by component.

use std::cmp::Ordering;

/// How paths are compared inside one `order` value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortMode {
    /// As UTF-8 bytes.
    #[default]
    Alphabetical,
    /// By the number in front of each component's first `_`, then as UTF-8 bytes.
    Hex,
}

impl SortMode {
    /// Compares two relative paths.
    #[must_use]
    pub fn compare(self, left: &str, right: &str) -> Ordering {
        match self {
            Self::Alphabetical => compare_paths(left.as_bytes(), right.as_bytes()),
            Self::Hex => left.split('/').map(Numbered::new).cmp(right.split('/').map(Numbered::new)),
        }
    }
}

/// Compares two paths component by component: as bytes, with `/` before every other one.
#[must_use]
pub(super) fn compare_paths(left: &[u8], right: &[u8]) -> Ordering {
    let common = left.iter().zip(right).take_while(|(left, right)| left == right).count();
    let rank = |path: &[u8]| path.get(common).map(|&byte| if byte == b'/' { 0 } else { byte });
    rank(left).cmp(&rank(right))
}

/// A component with the number it may start with.
///
/// Prefixes are only ever compared with prefixes of the same directory, which are all read in one
/// base. Without leading zeros, the longer one is then the larger number, and of two equally long
/// ones the digits decide, in any base: the value itself is not needed, and no prefix is too long.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Numbered<'a> {
    is_unnumbered: bool,
    digits: usize,
    number: Vec<u8>,
    name: &'a [u8],
}

impl<'a> Numbered<'a> {
    fn new(component: &'a str) -> Self {
        let number = number(component);
        Self {
            is_unnumbered: number.is_none(),
            digits: number.map_or(0, str::len),
            number: number.map(|digits| digits.as_bytes().to_ascii_lowercase()).unwrap_or_default(),
            name: component.as_bytes(),
        }
    }
}

/// The digits of a component's number without leading zeros.
fn number(component: &str) -> Option<&str> {
    let (prefix, _) = component.split_once('_')?;
    let is_number = prefix.bytes().all(|byte| byte.is_ascii_hexdigit())
        && prefix.bytes().any(|byte| byte.is_ascii_digit());
    is_number.then(|| prefix.trim_start_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(mode: SortMode, mut paths: Vec<&str>) -> Vec<&str> {
        paths.sort_by(|left, right| mode.compare(left, right));
        paths
    }

    #[test]
    fn a_directory_sorts_before_names_that_start_with_its_own() {
        let paths = vec!["a!b", "a-b/c", "a.sql", "a/z", "a"];
        assert_eq!(sorted(SortMode::Alphabetical, paths), ["a", "a/z", "a!b", "a-b/c", "a.sql"]);
    }

    #[test]
    fn numbers_are_compared_as_numbers_in_every_component() {
        let paths = vec!["9_x/1.sql", "10_x/1.sql", "010_a/2_b", "010_a/1_c", "zz/1", "add_x/1"];
        assert_eq!(
            sorted(SortMode::Hex, paths),
            ["9_x/1.sql", "010_a/1_c", "010_a/2_b", "10_x/1.sql", "add_x/1", "zz/1"]
        );
    }

    #[test]
    fn one_hexadecimal_letter_makes_its_directory_hexadecimal() {
        assert_eq!(sorted(SortMode::Hex, vec!["0100_c", "009A_b", "0099_a"]), ["0099_a", "009A_b", "0100_c"]);
    }

    #[test]
    fn directories_with_equal_numbers_do_not_interleave() {
        assert_eq!(
            sorted(SortMode::Hex, vec!["01_a/2_x", "1_a/1_x", "1_a/2_x", "01_a/1_x"]),
            ["01_a/1_x", "01_a/2_x", "1_a/1_x", "1_a/2_x"]
        );
    }
}
