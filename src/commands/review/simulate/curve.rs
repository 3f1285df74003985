//! A recall curve in letters.

/// Columns of the curve.
const WIDTH: usize = 50;

/// Lines of the curve, from all includes to none of them.
const HEIGHT: usize = 10;

/// Draws the share of includes that are found by the share of studies that
/// are read, in the mean of readings.
pub(super) fn draw(readings: &[Vec<bool>]) -> String {
    let levels: Vec<f64> =
        (1..=WIDTH).map(|column| recall(readings, column as f64 / WIDTH as f64)).collect();
    let mut lines = Vec::new();
    for line in (1..=HEIGHT).rev() {
        let (bottom, top) = ((line - 1) as f64 / HEIGHT as f64, line as f64 / HEIGHT as f64);
        let cells: String = levels.iter().map(|level| cell(*level, bottom, top)).collect();
        let label = if line == HEIGHT {
            "100 %"
        } else if line == HEIGHT / 2 {
            " 50 %"
        } else {
            "     "
        };
        lines.push(format!("  {label} │{}", cells.trim_end()));
    }
    lines.push(format!("    0 % └{}", "─".repeat(WIDTH)));
    lines.push(format!("         0 %{:>width$}", "100 % read", width = WIDTH - 3));
    lines.join("\n")
}

/// A cell, as full as the level is above its bottom.
fn cell(level: f64, bottom: f64, top: f64) -> char {
    const EIGHTHS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let share = ((level - bottom) / (top - bottom)).clamp(0.0, 1.0);
    EIGHTHS[(share * 8.0).round() as usize]
}

fn recall(readings: &[Vec<bool>], share: f64) -> f64 {
    let of = |reading: &Vec<bool>| trialdex_review::learning::recall_within(reading, share);
    readings.iter().map(of).sum::<f64>() / readings.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_rises_to_all() {
        let reading: Vec<bool> = (0..100).map(|place| place % 4 == 0 && place < 40).collect();
        let drawn = draw(&[reading]);
        let lines: Vec<&str> = drawn.lines().collect();
        assert_eq!(lines.len(), HEIGHT + 2);
        assert!(lines[0].ends_with(&"█".repeat(31)), "{drawn}");
        assert!(lines[9].starts_with("        │██"), "{drawn}");
    }
}
