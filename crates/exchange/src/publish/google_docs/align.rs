//! Which new piece stands for which block that was published before.

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// A block on one side: what names its content, its kind, and its text.
pub(super) struct Side {
    pub(super) source: String,
    pub(super) text: String,
}

impl Side {
    fn kind(&self) -> &str {
        self.source.split(':').next().unwrap_or_default()
    }
}

/// Pairs in reading order: equal sources first, then what stands between them by kind and likeness.
pub(super) fn align(old: &[Side], new: &[Side]) -> Vec<(Option<usize>, Option<usize>)> {
    let sources = |side: &[Side]| side.iter().map(|block| block.source.clone()).collect::<Vec<_>>();
    let mut pairs = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &sources(old), &sources(new)) {
        match op {
            DiffOp::Equal { old_index, new_index, len } => {
                pairs.extend((0..len).map(|at| (Some(old_index + at), Some(new_index + at))));
            }
            DiffOp::Delete { old_index, old_len, .. } => {
                pairs.extend((old_index..old_index + old_len).map(|at| (Some(at), None)));
            }
            DiffOp::Insert { new_index, new_len, .. } => {
                pairs.extend((new_index..new_index + new_len).map(|at| (None, Some(at))));
            }
            DiffOp::Replace { old_index, old_len, new_index, new_len } => {
                let pair = pair(&old[old_index..old_index + old_len], &new[new_index..new_index + new_len]);
                let shift = |(old, new): (Option<usize>, Option<usize>)| {
                    (old.map(|at| at + old_index), new.map(|at| at + new_index))
                };
                pairs.extend(pair.into_iter().map(shift));
            }
        }
    }
    pairs
}

/// The pairs with the greatest likeness together (dynamic programming over a table of both sides).
fn pair(old: &[Side], new: &[Side]) -> Vec<(Option<usize>, Option<usize>)> {
    let (rows, columns) = (old.len(), new.len());
    let mut best = vec![vec![0.0_f64; columns + 1]; rows + 1];
    for row in (0..rows).rev() {
        for column in (0..columns).rev() {
            let paired = likeness(&old[row], &new[column]) + best[row + 1][column + 1];
            best[row][column] = paired.max(best[row + 1][column]).max(best[row][column + 1]);
        }
    }
    let (mut row, mut column) = (0, 0);
    let mut pairs = Vec::new();
    while row < rows || column < columns {
        let like = if row < rows && column < columns { likeness(&old[row], &new[column]) } else { 0.0 };
        if like > 0.0 && best[row][column] <= like + best[row + 1][column + 1] {
            pairs.push((Some(row), Some(column)));
            (row, column) = (row + 1, column + 1);
        } else if row < rows && (column == columns || best[row][column] <= best[row + 1][column]) {
            pairs.push((Some(row), None));
            row += 1;
        } else {
            pairs.push((None, Some(column)));
            column += 1;
        }
    }
    pairs
}

/// The share of a common beginning and end; never nothing between two of a kind, always between two kinds.
fn likeness(old: &Side, new: &Side) -> f64 {
    if old.kind() != new.kind() && old.kind() != "?" {
        return 0.0;
    }
    let (one, other): (Vec<char>, Vec<char>) = (old.text.chars().collect(), new.text.chars().collect());
    let longest = one.len().max(other.len());
    if longest == 0 {
        return 1.0;
    }
    let start = one.iter().zip(&other).take_while(|(one, other)| one == other).count();
    let end = one[start..].iter().rev().zip(other[start..].iter().rev());
    let end = end.take_while(|(one, other)| one == other).count();
    #[expect(clippy::cast_precision_loss, reason = "lengths of texts")]
    let share = (start + end) as f64 / longest as f64;
    0.05 + share
}
