//! PDF, read back by poppler.
#![allow(clippy::disallowed_methods, reason = "files made for a test need not survive a crash")]

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use crate::whole::pdf::{self, Fonts};
use yokoten_exchange::publish::{Error, Images};
use yokoten_model::report::{Block, Inline, Item, Report, Why};

use crate::fixture::{Album, album, book, hash, picture, report};

/// The fonts of this computer, looked for once.
pub fn fonts() -> &'static Fonts {
    static FONTS: OnceLock<Fonts> = OnceLock::new();
    FONTS.get_or_init(|| Fonts::system().unwrap_or_else(|error| panic!("{error}: install fonts-noto-cjk")))
}

pub fn render(report: &Report, images: &dyn Images) -> Vec<u8> {
    pdf::render(report, images, fonts()).unwrap()
}

/// What a program of poppler says of a file; `-` in its arguments is the file.
pub fn poppler(program: &str, args: &[&str], file: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.pdf");
    std::fs::write(&path, file).unwrap();
    let args = args.iter().map(|arg| if *arg == "-" { path.as_path() } else { Path::new(arg) });
    let output = Command::new(program).args(args).current_dir(folder.path()).output();
    let output = output.unwrap_or_else(|error| panic!("{program}: {error}: install poppler-utils"));
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

pub fn text(file: &[u8]) -> String {
    poppler("pdftotext", &["-enc", "UTF-8", "-", "/dev/stdout"], file)
}

fn squeeze(text: &str) -> String {
    text.split_whitespace().collect()
}

fn paragraph(text: impl Into<String>) -> Block {
    Block::Paragraph(vec![Inline::Text(text.into())])
}

fn of(blocks: Vec<Block>) -> Report {
    Report { blocks, ..report() }
}

#[test]
fn every_word_of_an_entry_is_on_its_pages() {
    let file = render(&report(), &album());
    let text = squeeze(&text(&file));
    for words in crate::docx::words(&report().blocks) {
        for line in words.lines() {
            assert!(text.contains(&squeeze(line)), "`{line}` is lost in\n{text}");
        }
    }
    let about = poppler("pdfinfo", &["-"], &file);
    assert!(about.contains("構成変更のあとも手順に残った"), "the title is a property:\n{about}");
    assert!(about.contains("595.276 x 841.89 pts (A4)"), "{about}");
    let pictures = poppler("pdfimages", &["-list", "-"], &file);
    assert_eq!(pictures.lines().skip(2).count(), 2, "{pictures}");
    assert!(pictures.contains("jpeg"), "a JPEG stays as it is:\n{pictures}");
    let urls = poppler("pdfinfo", &["-url", "-"], &file);
    assert!(urls.contains("https://wiki.example.jp/a?x=1&y=2"), "{urls}");
}

#[test]
fn only_the_letters_that_are_used_are_embedded() {
    let file = render(&report(), &album());
    let fonts = poppler("pdffonts", &["-"], &file);
    for font in fonts.lines().skip(2) {
        let words: Vec<&str> = font.split_whitespace().collect();
        let [embedded, subset, unicode] = words[words.len() - 5..words.len() - 2] else { panic!("{font}") };
        assert_eq!((embedded, subset, unicode), ("yes", "yes", "yes"), "{fonts}");
    }
    assert!(file.len() < 1_500_000, "{} bytes", file.len());
}

#[test]
fn a_book_has_contents_bookmarks_and_numbered_pages() {
    let file = render(&book(), &album());
    let pages: Vec<String> = text(&file).split('\u{c}').map(str::to_owned).collect();
    assert!(pages[0].contains("一次対処 新人教材") && pages[0].contains("入社した人へ"), "{}", pages[0]);
    assert!(!pages[0].contains('/'), "no number on the title page");
    let contents = squeeze(&pages[1]);
    assert!(contents.contains("目次"), "{contents}");
    for title in ["正常な EC2 を再起動した", "旧い連絡先表で架電した"] {
        let begins = |page: &String| page.lines().any(|line| squeeze(line) == squeeze(title));
        let page = 2 + pages[2..].iter().position(begins).unwrap();
        assert!(
            squeeze(&pages[page]).starts_with(&squeeze(&format!("一次対処 新人教材 {title}"))),
            "a new page"
        );
        let entry = format!("{}{}", squeeze(title), page + 1);
        assert!(contents.contains(&entry), "`{entry}` in {contents}");
        assert!(
            squeeze(&pages[page]).ends_with(&format!("{}/{}", page + 1, pages.len() - 1)),
            "{}",
            pages[page]
        );
    }
    let xml = poppler("pdftohtml", &["-xml", "-i", "-stdout", "-"], &file);
    let outline = xml.split_once("<outline>").unwrap().1;
    let items: Vec<&str> = outline
        .split("<item ")
        .skip(1)
        .map(|item| item.split_once('>').unwrap().1.split_once('<').unwrap().0)
        .collect();
    assert_eq!(items.first(), Some(&"正常な EC2 を再起動した"), "{outline}");
    assert!(items.contains(&"旧い連絡先表で架電した") && items.contains(&"答え"), "{outline}");
    let links = poppler("pdftohtml", &["-xml", "-i", "-stdout", "-"], &file);
    assert!(links.contains("#3\">"), "the contents lead to pages:\n{links:.4000}");
}

#[test]
fn answers_come_at_the_end_of_their_chapter() {
    let text = squeeze(&text(&render(&book(), &album())));
    let at = |words: &str| text.rfind(&squeeze(words)).unwrap_or_else(|| panic!("`{words}` is lost"));
    assert!(at("問1: この時点で、何と照合しますか") < at("名前は構成変更で古くなる"));
    assert!(at("名前は構成変更で古くなる") < at("連絡先表の二つの版"), "in their own chapter");
    assert!(at("問3: この時点で") < at("架電の前の、宛先の照合"), "after the last question");
    assert!(at("架電の前の、宛先の照合") < at("二つあれば、片方は古い"));
}

#[test]
fn no_line_begins_or_ends_as_japanese_forbids() {
    let blocks = (0..40).map(|shift| {
        let text = "手順「連絡先」を見て、宛先を(二度)確かめ、ケースを閉じました。ッてョー".repeat(6);
        paragraph(format!("{}{text}", "あ".repeat(shift)))
    });
    let text = text(&render(&of(blocks.collect()), &Album::default()));
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| line.chars().count() > 5).collect();
    assert!(lines.len() > 150, "{} lines", lines.len());
    for line in lines {
        assert!(!line.starts_with(['、', '。', '」', ')', 'ー', 'ッ', 'ョ']), "{line}");
        assert!(!line.ends_with(['「', '(']), "{line}");
    }
}

#[test]
fn what_a_person_wrote_is_never_markup() {
    let words = [
        "#panic(\"x\")",
        "$ x^2 $",
        "#eval(\"1+1\")",
        "@label",
        "*a* _b_ `c`",
        "#import \"/etc/passwd\"",
        "= x",
        "//x",
        "\\u{41}",
        "<a>",
    ];
    let blocks = words.iter().flat_map(|word| {
        let text = Inline::text(*word);
        [
            Block::Heading { level: 2, text: vec![text.clone()], id: String::new() },
            Block::Paragraph(vec![Inline::Strong(vec![text.clone()]), Inline::Code((*word).to_owned())]),
            Block::Code { language: "typ".to_owned(), text: (*word).to_owned() },
            Block::Image { hash: hash('c'), caption: (*word).to_owned() },
        ]
    });
    let mut report = of(blocks.collect());
    report.title = words.concat();
    let text = squeeze(&text(&render(&report, &Album::default())));
    for word in words {
        assert!(text.matches(&squeeze(word)).count() >= 5, "`{word}` in {text}");
    }
}

#[test]
fn code_keeps_its_lines_and_spaces() {
    let code = "if ok {\n    reboot(web)\n}\n";
    let report = of(vec![Block::Code { language: String::new(), text: code.to_owned() }]);
    let text = poppler(
        "pdftotext",
        &["-layout", "-enc", "UTF-8", "-", "/dev/stdout"],
        &render(&report, &Album::default()),
    );
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let at = lines.iter().position(|line| line.contains("if ok {")).unwrap();
    let indent = |line: &str| line.len() - line.trim_start().len();
    assert!(lines[at + 1].contains("reboot(web)") && indent(lines[at + 1]) > indent(lines[at]), "{text}");
}

#[test]
fn what_is_nested_without_end_is_still_laid_out() {
    let mut quote = paragraph("底の引用");
    let mut list = paragraph("底の項目");
    let mut text = Inline::text("底の文字");
    let mut why = Vec::new();
    for depth in 0..100 {
        quote = Block::Quote(vec![quote]);
        list = Block::List { start: None, items: vec![Item { done: None, blocks: vec![list] }] };
        text = if depth % 2 == 0 { Inline::Strong(vec![text]) } else { Inline::Emphasis(vec![text]) };
        why = vec![Why {
            label: format!("なぜ{depth}"),
            text: String::new(),
            note: String::new(),
            tag: None,
            children: why,
        }];
    }
    let report = of(vec![quote, list, Block::Paragraph(vec![text]), Block::WhyTree(why)]);
    let text = squeeze(&self::text(&render(&report, &Album::default())));
    for word in ["底の引用", "底の項目", "底の文字", "なぜ0"] {
        assert!(text.contains(word), "{text}");
    }
}

#[test]
fn a_damaged_picture_costs_nothing_but_itself() {
    let mut broken = picture(80, 80, image::ImageFormat::Png);
    broken.truncate(120);
    let mut huge = picture(8, 8, image::ImageFormat::Png);
    huge[16..24].copy_from_slice(&[0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff]);
    let mut jpeg = picture(80, 80, image::ImageFormat::Jpeg);
    jpeg.truncate(400);
    for bytes in [broken, huge, jpeg, b"\x89PNG\r\n\x1a\n".to_vec()] {
        let album = Album([(hash('a'), bytes)].into());
        let text = text(&render(&report(), &album));
        assert!(squeeze(&text).contains("構成図:ALBの下に3台"), "{text}");
    }
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    assert!(render(&book(), &album()) == render(&book(), &album()));
}

#[test]
fn a_long_book_that_is_laid_out_twice_counts_on() {
    // More pages than are kept, and contents of several pages.
    let chapters = 310;
    let blocks = (0..chapters).flat_map(|chapter| {
        let title = vec![Inline::Text(format!("第{chapter}章の題"))];
        let heading = Block::Heading { level: 1, text: title, id: String::new() };
        let image = Block::Image { hash: hash('a'), caption: format!("図 {chapter}") };
        let last = if chapter % 100 == 0 { image } else { paragraph("終わり。") };
        [heading, paragraph(format!("本文{chapter}。")), last]
    });
    let file = render(&Report { blocks: blocks.collect(), ..book() }, &album());
    let pages: Vec<String> = text(&file).split('\u{c}').map(squeeze).collect();
    let count = pages.len() - 1;
    for (index, page) in pages[1..count].iter().enumerate() {
        assert!(page.ends_with(&format!("{}/{count}", index + 2)), "{page}");
    }
    let before = count - chapters;
    assert!(before > 2, "{before} pages before the chapters");
    let contents = pages[1..before].concat();
    for chapter in 0..chapters {
        let page = before + chapter;
        assert!(pages[page].contains(&format!("第{chapter}章の題本文{chapter}。")), "{}", pages[page]);
        assert!(contents.contains(&format!("第{chapter}章の題{}", page + 1)), "{contents}");
    }
    let pictures = poppler("pdfimages", &["-list", "-"], &file);
    assert_eq!(pictures.lines().skip(2).count(), 4, "{pictures}");
    let objects: std::collections::HashSet<&str> =
        pictures.lines().skip(2).filter_map(|line| line.split_whitespace().nth(10)).collect();
    assert_eq!(objects.len(), 1, "a picture that comes again is written once");
}

/// A picture with a colour and a depth of its own at each point.
fn rainbow() -> image::RgbaImage {
    image::RgbaImage::from_fn(40, 30, |x, y| image::Rgba([x as u8 * 6, y as u8 * 8, 90, (x + y) as u8 * 3]))
}

fn encoded(image: &image::DynamicImage, format: image::ImageFormat) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

#[test]
fn a_picture_is_in_the_file_point_for_point() {
    let rainbow = rainbow();
    let album = Album([(hash('a'), encoded(&rainbow.clone().into(), image::ImageFormat::Png))].into());
    let file = render(&of(vec![Block::Image { hash: hash('a'), caption: String::new() }]), &album);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.pdf");
    std::fs::write(&path, &file).unwrap();
    let status = Command::new("pdfimages").arg("-png").arg(&path).arg(folder.path().join("of")).status();
    assert!(status.unwrap().success());
    let read = |name: &str| image::open(folder.path().join(name)).unwrap();
    let (color, alpha) = (read("of-000.png").into_rgb8(), read("of-001.png").into_luma8());
    for (x, y, image::Rgba([red, green, blue, depth])) in rainbow.enumerate_pixels() {
        assert_eq!(color.get_pixel(x, y).0, [*red, *green, *blue], "{x}, {y}");
        assert_eq!(alpha.get_pixel(x, y).0, [*depth], "{x}, {y}");
    }
    assert!(!folder.path().join("of-002.png").exists(), "nothing else is there");
}

#[test]
fn jpegs_keep_their_bytes_and_their_colours() {
    use image::ImageEncoder as _;
    let rainbow = image::DynamicImage::from(rainbow());
    let grey = encoded(&rainbow.to_luma8().into(), image::ImageFormat::Jpeg);
    let mut profiled = Vec::new();
    let mut encoder = image::codecs::jpeg::JpegEncoder::new(&mut profiled);
    let profile = [vec![0; 16], b"RGB XYZ ".to_vec(), vec![0; 104]].concat();
    encoder.set_icc_profile(profile.clone()).unwrap();
    encoder.encode_image(&rainbow.to_rgb8()).unwrap();
    let album = Album([(hash('a'), grey.clone()), (hash('b'), profiled.clone())].into());
    let figure = |letter| Block::Image { hash: hash(letter), caption: String::new() };
    let file = render(&of(vec![figure('a'), figure('b')]), &album);
    let holds = |bytes: &[u8]| file.windows(bytes.len()).any(|window| window == bytes);
    assert!(holds(&grey) && holds(&profiled), "each is there as it was");
    let list = poppler("pdfimages", &["-list", "-"], &file);
    let rows: Vec<Vec<&str>> = list.lines().skip(2).map(|line| line.split_whitespace().collect()).collect();
    let shown: Vec<_> = rows.iter().map(|row| (row[3], row[4], row[5], row[6], row[8])).collect();
    assert_eq!(shown, [("40", "30", "gray", "1", "jpeg"), ("40", "30", "icc", "3", "jpeg")], "{list}");
}

#[test]
fn without_a_japanese_font_it_says_so() {
    assert!(matches!(Fonts::of([]), Err(Error::NoJapaneseFont)));
}
