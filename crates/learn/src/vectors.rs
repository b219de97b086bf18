//! Vectors of features: an account's vector is the sum of its features', and accounts of one mechanism, however told, are
//! to lie nearer to each other than to accounts of any other.
//!
//! They begin as the singular vectors of which features speak for which mechanisms (found by iteration with random
//! beginnings: Halko, Martinsson and Tropp, 2011) and are then moved step by step: of each mechanism two accounts are
//! drawn, and each is to find the other among those of all mechanisms in the step (the contrastive loss of Oord, Li and
//! Vinyals, 2018, minimised as by Kingma and Ba, 2015). Half of the features are left out each time, so that none decides
//! alone. The same tellings always give the same vectors.

use std::collections::BTreeMap;

use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use yokoten_store::search::features::{each_feature, plain};
use yokoten_store::search::learnt::DIMENSIONS;

use crate::gains;
use crate::told::Told;

/// What vectors are learnt by: part of the lesson's name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ways {
    /// A shorter account is a name, or too short to learn from.
    characters: usize,
    /// A feature of fewer accounts gets no vector.
    accounts: usize,
    /// How often every mechanism is drawn.
    pub(crate) rounds: usize,
    /// Mechanisms among which an account is to find its other.
    batch: usize,
    /// How sure it must be: the lower, the more the nearest others count.
    temperature: f32,
    /// The part of features that is left out.
    left_out: f64,
    /// How far a step goes at the beginning; at the end it is a tenth.
    pace: f32,
    /// The length of the vectors at the beginning.
    start: f32,
    /// Of the gains from which vectors begin.
    doubt: f32,
    seed: u64,
}

pub(crate) const WAYS: Ways = Ways {
    characters: 40,
    accounts: 3,
    rounds: 60,
    batch: 512,
    temperature: 0.12,
    left_out: 0.5,
    pace: 0.01,
    start: 0.5,
    doubt: gains::DOUBT,
    seed: 0,
};

type Vector = [f32; DIMENSIONS];

/// The accounts of each mechanism, by the numbers of their features.
struct Accounts {
    features: Vec<String>,
    mechanisms: Vec<Vec<Vec<usize>>>,
}

impl Accounts {
    fn of(told: &Told, ways: &Ways) -> Self {
        let long = |account: &&String| account.chars().count() >= ways.characters;
        let features = |account: &String| -> Vec<String> {
            let mut features = Vec::new();
            each_feature(&plain(account), |feature| features.push(feature.to_owned()));
            features.sort_unstable();
            features.dedup();
            features
        };
        let mechanisms = told.mechanisms.values();
        let mechanisms: Vec<Vec<Vec<String>>> =
            mechanisms.map(|accounts| accounts.iter().filter(long).map(features).collect()).collect();
        let mut counts: BTreeMap<&String, usize> = BTreeMap::new();
        mechanisms.iter().flatten().flatten().for_each(|feature| *counts.entry(feature).or_default() += 1);
        counts.retain(|_, count| *count >= ways.accounts);
        let numbers: BTreeMap<&String, usize> = counts.into_keys().zip(0..).collect();
        let number = |account: &Vec<String>| {
            account.iter().filter_map(|feature| numbers.get(feature).copied()).collect()
        };
        Self {
            mechanisms: mechanisms.iter().map(|accounts| accounts.iter().map(number).collect()).collect(),
            features: numbers.into_keys().cloned().collect(),
        }
    }

    /// How much each feature speaks for each mechanism: by feature pairs of a mechanism and a weight.
    fn gains(&self, doubt: f32) -> Vec<Vec<(usize, f32)>> {
        let mut gains: Vec<BTreeMap<usize, f32>> = vec![BTreeMap::new(); self.features.len()];
        for (mechanism, accounts) in self.mechanisms.iter().enumerate() {
            accounts.iter().flatten().for_each(|feature| {
                *gains[*feature].entry(mechanism).or_default() += 1.0;
            });
        }
        let told = |gains: &BTreeMap<usize, f32>| gains.values().map(|count| count.sqrt()).sum::<f32>();
        let all: f32 = gains.iter().map(told).sum();
        let gain = |gains: &BTreeMap<usize, f32>| {
            let told = told(gains);
            gains
                .iter()
                .map(|(mechanism, count)| (*mechanism, gains::gain(count.sqrt(), told, all, doubt)))
                .collect()
        };
        gains.iter().map(gain).collect()
    }
}

fn dot(one: &Vector, other: &Vector) -> f32 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

fn add(sum: &mut Vector, vector: &Vector, weight: f32) {
    sum.iter_mut().zip(vector).for_each(|(sum, number)| *sum += weight * number);
}

/// Makes the columns of a matrix (of rows) stand at right angles to each other, each of length 1.
fn orthonormal(matrix: &mut [Vector]) {
    for column in 0..DIMENSIONS {
        // Twice, since what was rounded the first time is not at right angles yet.
        for before in (0..column).chain(0..column) {
            let shared: f32 = matrix.iter().map(|row| row[before] * row[column]).sum();
            matrix.iter_mut().for_each(|row| row[column] -= shared * row[before]);
        }
        let length = matrix.iter().map(|row| row[column] * row[column]).sum::<f32>().sqrt();
        // Where there are fewer than columns, nothing is left but what was rounded.
        let scale = if length > 1e-5 { length.recip() } else { 0.0 };
        matrix.iter_mut().for_each(|row| row[column] *= scale);
    }
}

/// The vectors to begin with: features that speak for the same mechanisms lie near to each other.
fn beginning(accounts: &Accounts, ways: &Ways, random: &mut StdRng) -> Vec<Vector> {
    let gains = accounts.gains(ways.doubt);
    let of_features = |mechanisms: &[Vector]| -> Vec<Vector> {
        let row = |gains: &Vec<(usize, f32)>| {
            let mut sum = [0.0; DIMENSIONS];
            gains.iter().for_each(|(mechanism, gain)| add(&mut sum, &mechanisms[*mechanism], *gain));
            sum
        };
        gains.iter().map(row).collect()
    };
    let of_mechanisms = |features: &[Vector]| -> Vec<Vector> {
        let mut sums = vec![[0.0; DIMENSIONS]; accounts.mechanisms.len()];
        for (gains, feature) in gains.iter().zip(features) {
            gains.iter().for_each(|(mechanism, gain)| add(&mut sums[*mechanism], feature, *gain));
        }
        sums
    };
    let mut mechanisms = vec![[0.0; DIMENSIONS]; accounts.mechanisms.len()];
    mechanisms.iter_mut().flatten().for_each(|number| *number = random.random_range(-1.0..1.0));
    for _ in 0..3 {
        let mut features = of_features(&mechanisms);
        orthonormal(&mut features);
        mechanisms = of_mechanisms(&features);
        orthonormal(&mut mechanisms);
    }
    let mut vectors = of_features(&mechanisms);
    let squares: f32 = vectors.iter().map(|vector| dot(vector, vector)).sum();
    let scale = ways.start / (squares / vectors.len().max(1) as f32).sqrt().max(f32::MIN_POSITIVE);
    vectors.iter_mut().flatten().for_each(|number| *number *= scale);
    vectors
}

/// An account of which some features were left out: where it lies.
struct Drawn {
    features: Vec<usize>,
    place: Vector,
    length: f32,
}

impl Drawn {
    fn of(account: &[usize], vectors: &[Vector], ways: &Ways, random: &mut StdRng) -> Self {
        let features: Vec<usize> =
            account.iter().copied().filter(|_| !random.random_bool(ways.left_out)).collect();
        let mut place = [0.0; DIMENSIONS];
        features.iter().for_each(|feature| add(&mut place, &vectors[*feature], 1.0));
        let length = dot(&place, &place).sqrt() + 1e-6;
        place.iter_mut().for_each(|number| *number /= length);
        Self { features, place, length }
    }

    /// Hands on to its features where `slope` wants it to go.
    fn hand_on(&self, slope: &Vector, slopes: &mut [Vector]) {
        let mut own = *slope;
        add(&mut own, &self.place, -dot(slope, &self.place));
        self.features.iter().for_each(|feature| add(&mut slopes[*feature], &own, 1.0 / self.length));
    }
}

/// How likely each of `row` is, where the likeliest is the greatest.
fn softmax(row: impl Iterator<Item = f32> + Clone) -> Vec<f32> {
    let most = row.clone().fold(f32::MIN, f32::max);
    let row: Vec<f32> = row.map(|number| (number - most).exp()).collect();
    let sum: f32 = row.iter().sum();
    row.into_iter().map(|number| number / sum).collect()
}

/// Where each feature should go for each account to find its other: added to `slopes`. Returns the mean loss.
fn descend(pairs: &[(Drawn, Drawn)], ways: &Ways, slopes: &mut [Vector]) -> f32 {
    let count = pairs.len();
    let likeness: Vec<Vec<f32>> = pairs
        .iter()
        .map(|(one, _)| {
            pairs.iter().map(|(_, other)| dot(&one.place, &other.place) / ways.temperature).collect()
        })
        .collect();
    let rows: Vec<Vec<f32>> = likeness.iter().map(|row| softmax(row.iter().copied())).collect();
    let columns: Vec<Vec<f32>> =
        (0..count).map(|column| softmax(likeness.iter().map(move |row| row[column]))).collect();
    let mut of_others = vec![[0.0; DIMENSIONS]; count];
    for (row, (one, _)) in pairs.iter().enumerate() {
        let mut of_one = [0.0; DIMENSIONS];
        for (column, (_, other)) in pairs.iter().enumerate() {
            let wanted = if row == column { 2.0 } else { 0.0 };
            let slope =
                (rows[row][column] + columns[column][row] - wanted) / (2 * count) as f32 / ways.temperature;
            add(&mut of_one, &other.place, slope);
            add(&mut of_others[column], &one.place, slope);
        }
        one.hand_on(&of_one, slopes);
    }
    pairs.iter().zip(&of_others).for_each(|((_, other), slope)| other.hand_on(slope, slopes));
    let losses = (0..count).map(|own| -rows[own][own].max(f32::MIN_POSITIVE).ln());
    losses.sum::<f32>() / count as f32
}

/// Learns the vectors of all features that enough accounts have. `tell` is called after each round with its number and
/// the mean loss.
pub(crate) fn learn(
    told: &Told,
    ways: &Ways,
    mut tell: impl FnMut(usize, f32),
) -> BTreeMap<String, [i8; DIMENSIONS]> {
    let accounts = Accounts::of(told, ways);
    let mut random = StdRng::seed_from_u64(ways.seed);
    let mut vectors = beginning(&accounts, ways, &mut random);
    let mut means = vec![[0.0_f32; DIMENSIONS]; vectors.len()];
    let mut squares = means.clone();
    let mut mechanisms: Vec<&Vec<Vec<usize>>> =
        accounts.mechanisms.iter().filter(|accounts| accounts.len() > 1).collect();
    let mut step = 0;
    for round in 0..ways.rounds {
        mechanisms.shuffle(&mut random);
        let pace = ways.pace * (1.0 - 0.9 * round as f32 / ways.rounds as f32);
        let mut losses = Vec::new();
        // What is left over is too few among which to find one's other.
        for batch in mechanisms.chunks(ways.batch).filter(|batch| 2 * batch.len() >= ways.batch) {
            let mut pairs = Vec::with_capacity(batch.len());
            for accounts in batch {
                let one = random.random_range(0..accounts.len());
                let other = (one + random.random_range(1..accounts.len())) % accounts.len();
                let mut draw = |number: usize| Drawn::of(&accounts[number], &vectors, ways, &mut random);
                pairs.push((draw(one), draw(other)));
            }
            let mut slopes = vec![[0.0; DIMENSIONS]; vectors.len()];
            losses.push(descend(&pairs, ways, &mut slopes));
            step += 1;
            let sure = (1.0 - 0.9_f32.powi(step), 1.0 - 0.99_f32.powi(step));
            let numbers = vectors.iter_mut().flatten().zip(slopes.iter().flatten());
            let moments = means.iter_mut().flatten().zip(squares.iter_mut().flatten());
            for ((number, slope), (mean, square)) in numbers.zip(moments) {
                *mean = 0.9 * *mean + 0.1 * slope;
                *square = 0.99 * *square + 0.01 * slope * slope;
                *number -= pace * (*mean / sure.0) / ((*square / sure.1).sqrt() + 1e-8);
            }
        }
        tell(round + 1, losses.iter().sum::<f32>() / losses.len().max(1) as f32);
    }
    let longest =
        vectors.iter().flatten().fold(f32::MIN_POSITIVE, |longest, number| longest.max(number.abs()));
    // Numbers between -127 and 127.
    let bytes = |vector: Vector| vector.map(|number| (127.0 * number / longest).round() as i8);
    accounts.features.into_iter().zip(vectors.into_iter().map(bytes)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two writers tell of each of three mechanisms, the second in words of his own; a third writer uses both's.
    fn told() -> Told {
        let accounts = [
            ("抑止", ["監視の抑止を戻し忘れた。", "静観の札を外していない。", "監視の抑止と静観の札を。"]),
            ("宛先", ["架電の宛先を誤った。", "名簿の古い番号へ連絡。", "架電の宛先は名簿の古い番号。"]),
            ("権限", ["操作の権限が足りない。", "鍵を持たず入れない。", "操作の権限と鍵を持たず。"]),
        ];
        let accounts = accounts.map(|(name, accounts)| {
            (name.to_owned(), accounts.repeat(3).into_iter().map(String::from).collect())
        });
        Told { mechanisms: accounts.into(), ..Told::default() }
    }

    #[test]
    fn words_of_one_mechanism_lie_together() {
        let ways = Ways { characters: 5, accounts: 2, batch: 3, ..WAYS };
        let mut losses = Vec::new();
        let vectors = learn(&told(), &ways, |_, loss| losses.push(loss));
        assert!(losses.last().unwrap() < &(losses[0] / 2.0), "{losses:?}");
        let likeness = |one: &str, other: &str| {
            let [one, other] = [one, other].map(|feature| vectors[feature].map(f32::from));
            dot(&one, &other) / (dot(&one, &one) * dot(&other, &other)).sqrt()
        };
        // Which are never said of different mechanisms, nor by the same writer.
        assert!(likeness("抑止", "静観") > likeness("抑止", "名簿").max(likeness("抑止", "鍵")));
        assert!(likeness("架電", "名簿") > likeness("架電", "静観").max(likeness("架電", "鍵")));
        assert_eq!(learn(&told(), &ways, |_, _| ()), vectors, "the same again");
    }

    #[test]
    fn columns_stand_at_right_angles() {
        let mut random = StdRng::seed_from_u64(1);
        let mut matrix = vec![[0.0; DIMENSIONS]; 100];
        matrix.iter_mut().flatten().for_each(|number| *number = random.random_range(-1.0..1.0));
        orthonormal(&mut matrix);
        for (one, other) in [(0, 0), (5, 5), (0, 5), (3, 63)] {
            let product: f32 = matrix.iter().map(|row| row[one] * row[other]).sum();
            assert!(
                (product - f32::from(u8::from(one == other))).abs() < 1e-4,
                "{one} and {other}: {product}"
            );
        }
    }
}
