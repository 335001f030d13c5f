//! The layered layout of a graph: rows, the order within a row, and horizontal places.
//!
//! After K. Sugiyama, S. Tagawa and M. Toda, "Methods for visual understanding of hierarchical system
//! structures", IEEE Transactions on Systems, Man, and Cybernetics 11 (1981): longest-path rows, invisible
//! stops where an arrow passes a row, order by the mean place of the neighbours.

/// Horizontal centre and row.
pub(super) type Spot = (f64, usize);

/// A finished layout.
pub(super) struct Placed {
    pub width: f64,
    pub rows: usize,
    /// The spot of each node.
    pub nodes: Vec<Spot>,
    /// For each arrow its spots, one in each row from its first node to its last.
    pub routes: Vec<Vec<Spot>>,
}

/// The room an arrow takes where it passes a row.
const PASSAGE: f64 = 10.0;

/// Something that takes room in a row: a node or the passage of an arrow.
struct Item {
    row: usize,
    width: f64,
    passage: bool,
    x: f64,
    above: Vec<usize>,
    below: Vec<usize>,
}

/// Places nodes of the given widths; `None` if the graph has a cycle.
pub(super) fn place(widths: &[f64], edges: &[(usize, usize)], gap: f64) -> Option<Placed> {
    let depth = rows(widths.len(), edges)?;
    let mut items: Vec<Item> = Vec::new();
    for (row, width) in depth.iter().zip(widths) {
        items.push(Item {
            row: *row,
            width: *width,
            passage: false,
            x: 0.0,
            above: Vec::new(),
            below: Vec::new(),
        });
    }
    let mut chains: Vec<Vec<usize>> = Vec::new();
    for (from, to) in edges {
        let mut chain = vec![*from];
        for row in depth[*from] + 1..depth[*to] {
            items.push(Item {
                row,
                width: PASSAGE,
                passage: true,
                x: 0.0,
                above: Vec::new(),
                below: Vec::new(),
            });
            chain.push(items.len() - 1);
        }
        chain.push(*to);
        for pair in chain.windows(2) {
            items[pair[0]].below.push(pair[1]);
            items[pair[1]].above.push(pair[0]);
        }
        chains.push(chain);
    }
    let count = depth.iter().max().map_or(0, |deepest| deepest + 1);
    let mut order: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (index, item) in items.iter().enumerate() {
        order[item.row].push(index);
    }
    arrange(&items, &mut order);
    spread(&mut items, &order, gap);

    let left = items
        .iter()
        .map(|item| item.x - item.width / 2.0)
        .fold(f64::INFINITY, f64::min);
    let right = items
        .iter()
        .map(|item| item.x + item.width / 2.0)
        .fold(f64::NEG_INFINITY, f64::max);
    let spot = |index: usize| (items[index].x - left, items[index].row);
    Some(Placed {
        width: right - left,
        rows: count,
        nodes: (0..widths.len()).map(spot).collect(),
        routes: chains
            .iter()
            .map(|chain| chain.iter().map(|index| spot(*index)).collect())
            .collect(),
    })
}

/// The row of each node: one below the lowest of those it depends on. `None` if there is a cycle.
fn rows(count: usize, edges: &[(usize, usize)]) -> Option<Vec<usize>> {
    let mut waiting = vec![0usize; count];
    for (_, to) in edges {
        waiting[*to] += 1;
    }
    let mut ready: Vec<usize> = (0..count).filter(|node| waiting[*node] == 0).collect();
    let (mut row, mut done) = (vec![0; count], 0);
    while let Some(node) = ready.pop() {
        done += 1;
        for (_, to) in edges.iter().filter(|(from, _)| *from == node) {
            row[*to] = row[*to].max(row[node] + 1);
            waiting[*to] -= 1;
            if waiting[*to] == 0 {
                ready.push(*to);
            }
        }
    }
    if done < count {
        return None;
    }
    // An input of a later layer stands right above it, not at the top.
    for node in 0..count {
        if !edges.iter().any(|(_, to)| *to == node) {
            let first = edges
                .iter()
                .filter(|(from, _)| *from == node)
                .map(|(_, to)| row[*to])
                .min();
            row[node] = first.map_or(0, |first| first - 1);
        }
    }
    Some(row)
}

/// Orders each row by the mean position of its neighbours, down and up in turn; keeps the order with the fewest
/// crossings.
fn arrange(items: &[Item], order: &mut Vec<Vec<usize>>) {
    let mut best = (crossings(items, order), order.clone());
    for sweep in 0..16 {
        let down = sweep % 2 == 0;
        let position = positions(items.len(), order);
        let mean = |index: &usize, current: &[f64]| {
            let neighbours = if down {
                &items[*index].above
            } else {
                &items[*index].below
            };
            if neighbours.is_empty() {
                return current[*index];
            }
            neighbours.iter().map(|n| current[*n]).sum::<f64>() / neighbours.len() as f64
        };
        let mut current = position;
        let rows: Vec<usize> = if down {
            (0..order.len()).collect()
        } else {
            (0..order.len()).rev().collect()
        };
        for row in rows {
            let keys: Vec<f64> = (0..items.len())
                .map(|k| {
                    if items[k].row == row {
                        mean(&k, &current)
                    } else {
                        0.0
                    }
                })
                .collect();
            order[row].sort_by(|a, b| keys[*a].total_cmp(&keys[*b]));
            current = positions(items.len(), order);
        }
        let count = crossings(items, order);
        if count < best.0 {
            best = (count, order.clone());
        }
    }
    *order = best.1;
}

/// The position of each item in its row, from 0 (left end) to 1 (right end).
fn positions(count: usize, order: &[Vec<usize>]) -> Vec<f64> {
    let mut position = vec![0.0; count];
    for row in order {
        for (place, index) in row.iter().enumerate() {
            position[*index] = (place as f64 + 0.5) / row.len() as f64;
        }
    }
    position
}

/// How many pairs of arrows cross.
fn crossings(items: &[Item], order: &[Vec<usize>]) -> usize {
    let position = positions(items.len(), order);
    let mut count = 0;
    for row in order {
        let arrows: Vec<(f64, f64)> = row
            .iter()
            .flat_map(|index| {
                items[*index]
                    .below
                    .iter()
                    .map(|below| (position[*index], position[*below]))
            })
            .collect();
        for (k, a) in arrows.iter().enumerate() {
            count += arrows[k + 1..]
                .iter()
                .filter(|b| (a.0 - b.0) * (a.1 - b.1) < 0.0)
                .count();
        }
    }
    count
}

/// Moves items towards the middle of their neighbours while each row keeps its order and its gaps.
fn spread(items: &mut [Item], order: &[Vec<usize>], gap: f64) {
    for row in order {
        let mut x = 0.0;
        for index in row {
            items[*index].x = x + items[*index].width / 2.0;
            x += items[*index].width + gap;
        }
        let middle = (x - gap) / 2.0;
        row.iter().for_each(|index| items[*index].x -= middle);
    }
    for sweep in 0..300 {
        let rows: Vec<&Vec<usize>> = if sweep % 2 == 0 {
            order.iter().collect()
        } else {
            order.iter().rev().collect()
        };
        for row in rows {
            let wishes: Vec<(f64, f64)> = row.iter().map(|index| wish(items, *index)).collect();
            settle(items, row, &wishes, gap);
        }
    }
}

/// Where an item would like to stand, in the middle of its neighbours, and how much it matters: an arrow that passes
/// several rows should pass them straight.
fn wish(items: &[Item], index: usize) -> (f64, f64) {
    let item = &items[index];
    let (mut sum, mut weight) = (0.0, 0.0);
    for neighbour in item.above.iter().chain(&item.below) {
        let pull = match (item.passage, items[*neighbour].passage) {
            (false, false) => 1.0,
            (true, true) => 8.0,
            _ => 2.0,
        };
        sum += pull * items[*neighbour].x;
        weight += pull;
    }
    if weight == 0.0 {
        (item.x, 1.0)
    } else {
        (sum / weight, weight)
    }
}

/// Gives each item of a row the place nearest to its wish that keeps order and gaps: neighbours that press on each
/// other move as one block around the mean of their wishes (isotonic regression).
fn settle(items: &mut [Item], row: &[usize], wishes: &[(f64, f64)], gap: f64) {
    // Where each item would stand if all were pushed together, seen from the first.
    let mut offsets = Vec::with_capacity(row.len());
    let mut x = 0.0;
    for (place, index) in row.iter().enumerate() {
        if place > 0 {
            x += (items[row[place - 1]].width + items[*index].width) / 2.0 + gap;
        }
        offsets.push(x);
    }
    // Mean wish, weight and number of items of each block.
    let mut blocks: Vec<(f64, f64, usize)> = Vec::new();
    for ((wish, weight), offset) in wishes.iter().zip(&offsets) {
        let mut block = (wish - offset, *weight, 1);
        while let Some(last) = blocks.last().copied().filter(|last| last.0 > block.0) {
            blocks.pop();
            let weight = last.1 + block.1;
            block = (
                (last.0 * last.1 + block.0 * block.1) / weight,
                weight,
                last.2 + block.2,
            );
        }
        blocks.push(block);
    }
    let starts = blocks
        .iter()
        .flat_map(|(mean, _, count)| std::iter::repeat_n(*mean, *count));
    for ((index, offset), start) in row.iter().zip(&offsets).zip(starts) {
        items[*index].x = start + offset;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_is_a_straight_column() {
        let placed = place(&[80.0, 120.0, 100.0], &[(0, 1), (1, 2)], 20.0).unwrap();
        assert_eq!(placed.rows, 3);
        assert_eq!(placed.width, 120.0);
        assert_eq!(placed.nodes, [(60.0, 0), (60.0, 1), (60.0, 2)]);
    }

    #[test]
    fn a_branch_is_symmetrical_below_its_layer() {
        let placed = place(&[100.0; 4], &[(0, 1), (0, 2), (1, 3), (2, 3)], 20.0).unwrap();
        assert_eq!(placed.nodes[0].0, placed.nodes[3].0);
        assert!((placed.nodes[0].0 * 2.0 - placed.nodes[1].0 - placed.nodes[2].0).abs() < 1e-6);
        assert_eq!((placed.nodes[1].0 - placed.nodes[2].0).abs(), 120.0);
    }

    #[test]
    fn crossed_branches_are_uncrossed() {
        // 0 -> 3 and 1 -> 2 cross when the rows stand in the order of their numbers.
        let placed = place(&[100.0; 4], &[(0, 3), (1, 2)], 20.0).unwrap();
        let left_to_left =
            (placed.nodes[0].0 < placed.nodes[1].0) == (placed.nodes[3].0 < placed.nodes[2].0);
        assert!(left_to_left);
    }

    #[test]
    fn an_arrow_over_several_rows_has_a_stop_in_each() {
        let placed = place(&[100.0; 3], &[(0, 1), (1, 2), (0, 2)], 20.0).unwrap();
        assert_eq!(
            placed.routes[2]
                .iter()
                .map(|spot| spot.1)
                .collect::<Vec<_>>(),
            [0, 1, 2]
        );
    }
}
