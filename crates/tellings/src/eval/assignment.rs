//! Pairs rows with columns so that the sum of their weights is greatest (the Hungarian algorithm).
//!
//! In: the weights of the pairs that have one. Out: the greatest sum. Pairs without a weight are worth nothing. Rows and
//! columns that are linked by no weight are solved apart, so that many small groups cost little.

use std::collections::BTreeMap;

/// The greatest sum of weights over pairings in which each row and each column stands once at most.
pub fn greatest_sum(weights: &BTreeMap<(usize, usize), f64>) -> f64 {
    islands(weights).iter().map(|island| solve(island)).sum()
}

/// Groups of pairs that share rows or columns.
fn islands(weights: &BTreeMap<(usize, usize), f64>) -> Vec<Vec<(usize, usize, f64)>> {
    let mut columns_of: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut rows_of: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for &(row, column) in weights.keys() {
        columns_of.entry(row).or_default().push(column);
        rows_of.entry(column).or_default().push(row);
    }
    let mut island_of_row: BTreeMap<usize, usize> = BTreeMap::new();
    let mut count = 0;
    for &start in columns_of.keys() {
        if island_of_row.contains_key(&start) {
            continue;
        }
        let mut open = vec![start];
        while let Some(row) = open.pop() {
            if island_of_row.insert(row, count).is_some() {
                continue;
            }
            for column in columns_of.get(&row).into_iter().flatten() {
                // Each column is walked once: its rows are taken out.
                open.extend(rows_of.remove(column).unwrap_or_default());
            }
        }
        count += 1;
    }
    let mut islands = vec![Vec::new(); count];
    for (&(row, column), &weight) in weights {
        if let Some(island) = island_of_row.get(&row).and_then(|&island| islands.get_mut(island)) {
            island.push((row, column, weight));
        }
    }
    islands
}

/// One island by shortest augmenting paths, rows the smaller side.
fn solve(pairs: &[(usize, usize, f64)]) -> f64 {
    let number = |ids: Vec<usize>| -> BTreeMap<usize, usize> {
        let mut map = BTreeMap::new();
        for id in ids {
            let next = map.len();
            map.entry(id).or_insert(next);
        }
        map
    };
    let mut rows = number(pairs.iter().map(|p| p.0).collect());
    let mut columns = number(pairs.iter().map(|p| p.1).collect());
    let turn = rows.len() > columns.len();
    if turn {
        std::mem::swap(&mut rows, &mut columns);
    }
    let mut weight = vec![vec![0.0; columns.len()]; rows.len()];
    for &(row, column, w) in pairs {
        let (row, column) = if turn { (column, row) } else { (row, column) };
        if let (Some(&r), Some(&c)) = (rows.get(&row), columns.get(&column)) {
            weight[r][c] = w;
        }
    }
    assign(&weight)
}

/// The greatest sum for a matrix with at most as many rows as columns. Row and column 0 of the work lists stand for
/// "none", as in the usual way of writing this algorithm.
fn assign(weight: &[Vec<f64>]) -> f64 {
    let n = weight.len();
    let m = weight.first().map_or(0, Vec::len);
    let (mut u, mut v) = (vec![0.0; n + 1], vec![0.0; m + 1]);
    let mut row_at = vec![0; m + 1];
    for row in 1..=n {
        row_at[0] = row;
        let mut least = vec![f64::INFINITY; m + 1];
        let mut used = vec![false; m + 1];
        let mut from = vec![0; m + 1];
        let mut column = 0;
        loop {
            used[column] = true;
            let at = row_at[column];
            let (mut delta, mut next) = (f64::INFINITY, 0);
            for c in (1..=m).filter(|&c| !used[c]) {
                let cost = -weight[at - 1][c - 1] - u[at] - v[c];
                if cost < least[c] {
                    (least[c], from[c]) = (cost, column);
                }
                if least[c] < delta {
                    (delta, next) = (least[c], c);
                }
            }
            for c in 0..=m {
                if used[c] {
                    u[row_at[c]] += delta;
                    v[c] -= delta;
                } else {
                    least[c] -= delta;
                }
            }
            column = next;
            if row_at[column] == 0 {
                break;
            }
        }
        while column != 0 {
            row_at[column] = row_at[from[column]];
            column = from[column];
        }
    }
    (1..=m).filter(|&c| row_at[c] > 0).map(|c| weight[row_at[c] - 1][c - 1]).sum()
}

#[cfg(test)]
mod tests {
    use super::greatest_sum;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn weights(rows: &[&[f64]]) -> BTreeMap<(usize, usize), f64> {
        let cells = rows.iter().enumerate().flat_map(|(r, row)| row.iter().enumerate().map(move |(c, &w)| ((r, c), w)));
        cells.filter(|(_, w)| *w > 0.0).collect()
    }

    /// All pairings, one after another.
    fn slowly(rows: &[Vec<f64>], used: &mut Vec<bool>) -> f64 {
        let Some((row, rest)) = rows.split_first() else { return 0.0 };
        let mut best = slowly(rest, used);
        for column in 0..row.len() {
            if !used[column] {
                used[column] = true;
                best = best.max(row[column] + slowly(rest, used));
                used[column] = false;
            }
        }
        best
    }

    #[test]
    fn the_greedy_choice_is_not_taken_where_it_costs_more_later() {
        assert!((greatest_sum(&weights(&[&[0.9, 0.8], &[0.8, 0.0]])) - 1.6).abs() < 1e-9);
        assert!((greatest_sum(&weights(&[&[0.5], &[0.7], &[0.1]])) - 0.7).abs() < 1e-9);
        assert!(greatest_sum(&BTreeMap::new()).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn it_equals_trying_all_pairings(rows in prop::collection::vec(prop::collection::vec(0u8..6, 5), 0..5)) {
            let rows: Vec<Vec<f64>> = rows.iter().map(|r| r.iter().map(|&w| f64::from(w)).collect()).collect();
            let slices: Vec<&[f64]> = rows.iter().map(Vec::as_slice).collect();
            let slow = slowly(&rows, &mut vec![false; 5]);
            prop_assert!((greatest_sum(&weights(&slices)) - slow).abs() < 1e-9);
        }
    }
}
