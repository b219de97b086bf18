//! How wide the columns of a table are on paper.

use yokoten_model::report::Inline;

/// Column widths that add up to `total`: short columns get what they need, long ones share the rest.
pub(super) fn widths(head: &[Vec<Inline>], rows: &[Vec<Vec<Inline>>], total: usize) -> Vec<usize> {
    /// A digit of 9 points in a wide font, and the cell's margins, in twips.
    const HALF: usize = 108;
    const MARGINS: usize = 200;
    let need = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).chain(head.get(column));
        let lines = cells.flat_map(|cell| {
            let text = yokoten_model::report::plain(cell);
            text.lines()
                .map(|line| line.chars().map(|char| if char.is_ascii() { 1 } else { 2 }).sum())
                .collect::<Vec<_>>()
        });
        let longest: usize = lines.max().unwrap_or_default();
        (longest.clamp(2, 200) * HALF + MARGINS) as f64
    };
    let needs: Vec<f64> = (0..head.len()).map(need).collect();
    let (all, total) = (needs.iter().sum::<f64>(), total as f64);
    let fair = total / needs.len().max(1) as f64;
    let kept: f64 = needs.iter().filter(|need| **need <= fair).sum();
    // The square root: twice the text gets more lines as well as more width.
    let shared: f64 = needs.iter().filter(|need| **need > fair).map(|need| need.sqrt()).sum();
    let width = |need: &f64| match () {
        () if all <= total => need * total / all,
        () if *need <= fair => *need,
        () => (total - kept) * need.sqrt() / shared,
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a part of the page's width")]
    needs.iter().map(|need| width(need) as usize).collect()
}
