//! Learns from what is told of mechanisms (`tellings/`) what the store recognises them by: `cargo xtask learn`.
//!
//! It writes `crates/store/src/search/learnt.bin`, which the program carries; neither this crate nor the tellings are part
//! of it.

mod gains;
mod told;
mod vectors;

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use told::Told;
use yokoten_store::files::write_whole;
use yokoten_store::search::learnt::{DIMENSIONS, GAIN, Lesson};

const LESSON: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../store/src/search/learnt.bin");

fn main() -> Result<(), Box<dyn Error>> {
    let files = told::files()?;
    let told = Told::read(&files)?;
    println!("  {} mechanisms, {} families", told.mechanisms.len(), told.families.len());
    let gains = gains::learn(&told);
    let vectors = vectors::learn(&told, &vectors::WAYS, |round, loss| {
        if round % 10 == 0 {
            println!("  round {round} of {}: loss {loss:.3}", vectors::WAYS.rounds);
        }
    });
    let lesson = lesson(source(&files), &told, gains, vectors);
    println!("  {} features, {} with a vector", lesson.features.len(), lesson.vectors.len());
    write_whole(Path::new(LESSON), &lesson.to_bytes())?;
    Ok(())
}

/// Names what is learnt from: every telling, and every constant of learning.
fn source(files: &[String]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    files.iter().for_each(|file| {
        hasher.update(file.as_bytes());
    });
    let ways = format!("{} {} {GAIN} {DIMENSIONS} {:?}", gains::DOUBT, gains::ACCOUNTS, vectors::WAYS);
    *hasher.update(ways.as_bytes()).finalize().as_bytes()
}

/// Brings together what was learnt by feature.
fn lesson(
    source: [u8; 32],
    told: &Told,
    gains::Gains { against, mut words }: gains::Gains,
    vectors: BTreeMap<String, [i8; DIMENSIONS]>,
) -> Lesson {
    let (mut features, vectors): (Vec<_>, Vec<_>) = vectors
        .into_iter()
        .map(|(feature, vector)| {
            let gains = words.remove(&feature).unwrap_or_default();
            ((feature, gains), vector)
        })
        .unzip();
    features.extend(words);
    Lesson { source, mechanisms: told.mechanisms.keys().cloned().collect(), against, features, vectors }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_program_carries_was_learnt_from_what_is_told() {
        let carried = std::fs::read(LESSON).unwrap();
        let (name, rest) = carried.split_at(32);
        assert_eq!(name, blake3::hash(rest).as_bytes(), "it is not whole: run `cargo xtask learn`");
        let source = source(&told::files().unwrap());
        assert_eq!(&rest[..32], source, "the tellings changed: run `cargo xtask learn`");
    }

    #[test]
    fn features_with_vectors_come_first() {
        let gains = gains::Gains {
            against: vec![0.0],
            words: [("忘れ".to_owned(), vec![(0, 1)]), ("稀な".to_owned(), vec![(0, 2)])].into(),
        };
        let vectors = [("つもり".to_owned(), [1; DIMENSIONS]), ("忘れ".to_owned(), [2; DIMENSIONS])].into();
        let lesson = lesson([0; 32], &Told::default(), gains, vectors);
        let features: Vec<&str> = lesson.features.iter().map(|(feature, _)| feature.as_str()).collect();
        assert_eq!(features, ["つもり", "忘れ", "稀な"]);
        assert_eq!(lesson.features[1].1, [(0, 1)]);
        assert_eq!(lesson.vectors, [[1; DIMENSIONS], [2; DIMENSIONS]]);
    }
}
