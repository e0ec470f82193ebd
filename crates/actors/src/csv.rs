//! Reads comma-separated values with quotation marks, as spreadsheets write them.

/// The rows of a table; quoted cells may hold commas, line ends and doubled marks. Lines that begin with `#` are left out.
pub(crate) fn rows(text: &str) -> Vec<Vec<String>> {
    let mut out: Vec<Vec<String>> = Vec::new();
    let mut row: Vec<String> = Vec::new();
    let mut cell = String::new();
    let mut quoted = false;
    let mut letters = text.trim_start_matches('\u{feff}').chars().peekable();
    let mut line_start = true;
    while let Some(c) = letters.next() {
        if line_start && c == '#' {
            for c in letters.by_ref() {
                if c == '\n' {
                    break;
                }
            }
            continue;
        }
        line_start = false;
        match c {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            '"' if quoted || cell.is_empty() => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                out.push(std::mem::take(&mut row));
                line_start = true;
            }
            '\r' if !quoted && letters.peek() == Some(&'\n') => {}
            c => cell.push(c),
        }
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        out.push(row);
    }
    out.retain(|r| r.iter().any(|c| !c.trim().is_empty()));
    out
}

#[cfg(test)]
mod tests {
    use super::rows;

    #[test]
    fn quoted_cells_hold_commas_and_marks() {
        let found = rows("# note\na,\"b, \"\"c\"\"\",d\r\n\n\"x\ny\",,z");
        assert_eq!(found, [vec!["a", "b, \"c\"", "d"], vec!["x\ny", "", "z"]]);
    }
}
