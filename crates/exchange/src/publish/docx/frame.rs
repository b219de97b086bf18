//! The page, the styles and the numberings, in Japanese fonts.

use docx_rs::{
    AbstractNumbering, AlignmentType, Docx, Footer, Level, LevelJc, LevelText, LineSpacing, LineSpacingType,
    NumberFormat, Numbering, Numberings, PageMargin, PageNum, Paragraph, RunFonts, SpecialIndentType, Start,
    Style, StyleType,
};
use yokoten_model::report::Report;

use super::{BULLETS, MARGIN, NUMBERS, PAGE};

pub(super) const MINCHO: &str = "游明朝";
const GOTHIC: &str = "游ゴシック";
pub(super) const MONO: &str = "ＭＳ ゴシック";

/// Lines at least as high as given, in 240ths of a line: a picture or a larger letter makes room for itself.
pub(super) fn spacing(line: i32) -> LineSpacing {
    LineSpacing::new().line_rule(LineSpacingType::Auto).line(line)
}

pub(super) fn fonts(name: &str) -> RunFonts {
    RunFonts::new().ascii(name).hi_ansi(name).east_asia(name).cs(name)
}

/// A file without a text: its page and its styles.
pub(super) fn frame(report: &Report) -> Docx {
    let heading = |level: usize, size: usize| {
        Style::new(format!("Heading{level}"), StyleType::Paragraph)
            .name(format!("heading {level}"))
            .based_on("Normal")
            .next("Normal")
            .q_format(true)
            .outline_lvl(level - 1)
            .size(size)
            .bold()
            .fonts(fonts(if level <= 2 { MINCHO } else { GOTHIC }))
            .line_spacing(spacing(300).before(if level == 1 { 360 } else { 200 }).after(80))
    };
    let paragraph = |id: &str, name: &str| {
        Style::new(id, StyleType::Paragraph).name(name).based_on("Normal").q_format(true)
    };
    let margin = i32::try_from(MARGIN).unwrap_or_default();
    let page = PageMargin {
        top: margin,
        bottom: margin,
        left: margin,
        right: margin,
        header: 567,
        footer: 567,
        gutter: 0,
    };
    let footer = margin_paragraph(1).align(AlignmentType::Center).add_page_num(PageNum::new());
    let mut docx = Docx::new()
        .page_size(PAGE.0, PAGE.1)
        .page_margin(page)
        .default_fonts(fonts(GOTHIC))
        .default_size(21)
        .default_line_spacing(spacing(320).after(100))
        .created_at(&report.date)
        .updated_at(&report.date)
        .add_style(Style::new("Normal", StyleType::Paragraph).name("Normal").q_format(true))
        .add_style(
            paragraph("Title", "Title")
                .size(36)
                .bold()
                .fonts(fonts(MINCHO))
                .line_spacing(spacing(300).after(240)),
        )
        .add_style(paragraph("Caption", "caption").size(18).color("605E59"))
        .add_style(paragraph("Quote", "Quote").color("45464A").indent(Some(420), None, None, None))
        .add_style(paragraph("Code", "Code").size(18).fonts(fonts(MONO)).line_spacing(spacing(260).after(0)))
        .footer(Footer::new().add_paragraph(footer));
    for (level, size) in [(1, 28), (2, 24), (3, 22), (4, 21), (5, 21), (6, 21)] {
        docx = docx.add_style(heading(level, size));
    }
    // What they are is known when the text is written.
    docx.document_rels.has_numberings = true;
    docx
}

/// The numberings of a file, those of its ordered lists among them.
pub(super) fn numberings(lists: Vec<Numbering>) -> Numberings {
    let all = Numberings::new()
        .add_abstract_numbering(numbering(BULLETS, "bullet", |_| "•".to_owned()))
        .add_abstract_numbering(numbering(NUMBERS, "decimal", |level| format!("%{}.", level + 1)))
        .add_numbering(Numbering::new(BULLETS, BULLETS));
    lists.into_iter().fold(all, Numberings::add_numbering)
}

/// A paragraph of a page's margins. The library counts paragraphs for the whole process; these count for themselves.
pub(super) fn margin_paragraph(number: u32) -> Paragraph {
    Paragraph::new().id(format!("{:08x}", 0x7000_0000 + number))
}

fn numbering(id: usize, format: &str, text: impl Fn(usize) -> String) -> AbstractNumbering {
    (0..9).fold(AbstractNumbering::new(id), |numbering, level| {
        let indent = i32::try_from(420 * (level + 1)).unwrap_or_default();
        let level = Level::new(
            level,
            Start::new(1),
            NumberFormat::new(format),
            LevelText::new(text(level)),
            LevelJc::new("left"),
        );
        numbering.add_level(level.indent(Some(indent), Some(SpecialIndentType::Hanging(380)), None, None))
    })
}
