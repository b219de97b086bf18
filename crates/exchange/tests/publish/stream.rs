//! Files are written as they are made: pictures come and go one by one, and a writer that takes no more ends the work.

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::io::{self, Cursor, Seek, SeekFrom, Write};

use yokoten_exchange::publish::{Error, Images, Result, anki, docx, html, markdown, pdf};
use yokoten_model::report::{Block, Inline, Question, Report};

use crate::fixture::book;
use crate::pdf::fonts;

const PICTURES: usize = 6;
/// Far less than a picture, far more than what stands around one.
const ROOM: u64 = 20_000;
const FORMATS: [&str; 4] = ["html", "docx", "pdf", "anki"];

/// A picture that cannot be made smaller, another one for each number.
fn noise(number: usize) -> Vec<u8> {
    let mut state = number as u32 + 1;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    let image = image::RgbImage::from_fn(150, 100, |_, _| image::Rgb([next(), next(), next()]));
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// A picture in each question: all formats show it.
fn report() -> Report {
    let text = |text: String| vec![Inline::Text(text)];
    let blocks = (0..PICTURES).flat_map(|number| {
        let picture = Block::Image { hash: format!("{number:064x}"), caption: format!("図 {number}") };
        let title = Block::Heading { level: 1, text: text(format!("第{number}章")), id: String::new() };
        let question = Question {
            label: format!("問{number}"),
            prompt: vec![picture],
            choices: Vec::new(),
            answer_label: "答え".to_owned(),
            answer: vec![Block::Paragraph(text("照合する".to_owned()))],
        };
        [title, Block::Question(question)]
    });
    Report { blocks: blocks.collect(), ..book() }
}

/// Makes a picture when it is asked for, and notes how much of the file was written by then.
struct Made<'a> {
    written: &'a Cell<u64>,
    asked: RefCell<Vec<u64>>,
}

impl Images for Made<'_> {
    fn bytes(&self, hash: &str) -> Option<Vec<u8>> {
        self.asked.borrow_mut().push(self.written.get());
        Some(noise(usize::from_str_radix(hash, 16).ok()?))
    }
}

/// A file on a disk with so much room.
struct Disk<'a> {
    file: Cursor<Vec<u8>>,
    room: u64,
    written: &'a Cell<u64>,
}

impl Write for Disk<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.file.position() + bytes.len() as u64 > self.room {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let count = self.file.write(bytes)?;
        self.written.set(self.written.get() + count as u64);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Disk<'_> {
    fn seek(&mut self, place: SeekFrom) -> io::Result<u64> {
        self.file.seek(place)
    }
}

/// Writes the report; how much was written when each picture was asked for and in the end, and how long the file is.
fn write(format: &str, room: u64) -> (Result<()>, Vec<u64>, u64) {
    let written = Cell::new(0);
    let images = Made { written: &written, asked: RefCell::default() };
    let mut disk = Disk { file: Cursor::new(Vec::new()), room, written: &written };
    let report = report();
    let result = match format {
        "html" => html::write(&report, &images, &mut disk),
        "docx" => docx::write(&report, &images, &mut disk),
        "pdf" => pdf::write(&report, &images, fonts(), &mut disk),
        _ => anki::write(&report, &images, &mut disk),
    };
    let mut asked = images.asked.into_inner();
    asked.push(written.get());
    (result, asked, disk.file.into_inner().len() as u64)
}

#[test]
fn a_picture_is_written_before_the_next_one_is_read() {
    let size = noise(0).len() as u64;
    assert!(size > 2 * ROOM, "{size}");
    for format in FORMATS {
        let (result, asked, _) = write(format, u64::MAX);
        result.unwrap();
        assert!(asked.len() <= 2 * PICTURES + 1, "{format} reads each at most twice: {asked:?}");
        // What is read twice is not held between: the first time tells its size.
        let last = &asked[asked.len() - PICTURES - 1..];
        for (number, pair) in last.windows(2).enumerate() {
            assert!(pair[1] - pair[0] > size - ROOM, "{format} holds picture {number}: {asked:?}");
        }
    }
}

#[test]
fn pictures_beside_a_text_come_one_by_one() {
    let written = Cell::new(0);
    let images = Made { written: &written, asked: RefCell::default() };
    let mut names = Vec::new();
    let picture = |name: &str, bytes: &[u8]| {
        written.set(written.get() + bytes.len() as u64);
        names.push(name.to_owned());
        Ok::<(), Infallible>(())
    };
    let Ok(text) = markdown::render(&report(), &images, "図", picture);
    let sizes = (0..PICTURES).scan(0, |sum, number| {
        let before = *sum;
        *sum += noise(number).len() as u64;
        Some(before)
    });
    assert_eq!(
        images.asked.into_inner(),
        sizes.collect::<Vec<_>>(),
        "each is given on before the next is read"
    );
    assert_eq!(names.len(), PICTURES);
    assert!(names.iter().all(|name| text.contains(&format!("({name})"))), "{names:?} in\n{text}");
}

#[test]
fn a_disk_without_room_ends_the_work() {
    for format in FORMATS {
        let (result, all, size) = write(format, u64::MAX);
        result.unwrap();
        for room in [0, size / 2, size - 1] {
            let (result, asked, length) = write(format, room);
            let Err(Error::Write(error)) = &result else {
                panic!("{format} at {room} of {size}: {result:?}")
            };
            assert_eq!(
                error.kind(),
                io::ErrorKind::StorageFull,
                "{format} at {room}: the system's own words"
            );
            assert!(length <= room, "{format} at {room} of {size}");
            assert!(room > 0 || asked.len() < all.len(), "{format} reads on for nobody");
        }
    }
}

#[test]
fn a_first_picture_that_cannot_be_kept_is_the_last_that_is_read() {
    let written = Cell::new(0);
    let images = Made { written: &written, asked: RefCell::default() };
    let refused = markdown::render(&report(), &images, "図", |name, _| Err(name.to_owned()));
    assert_eq!(refused, Err("図/01.png".to_owned()));
    assert_eq!(images.asked.into_inner().len(), 1);
}
