//! What a book has and an entry has not: a title page, contents that Word and LibreOffice can bring up to date, a
//! running title, and chapters that begin on pages of their own.

use docx_rs::{
    AlignmentType, Docx, FieldCharType, Footer, Header, Hyperlink, HyperlinkData, InstrPAGEREF, InstrText,
    InstrToC, Paragraph, Run, Style, StyleType, Tab, TabLeaderType, TabValueType,
};
use yokoten_model::report::{Cover, Report};

use super::TEXT_WIDTH;
use super::body::Body;
use super::frame::{MINCHO, fonts, margin_paragraph, spacing};
use crate::publish::Chapter;
use crate::publish::text::clean;

/// Styles of the title page, and the running title of every page but the first.
pub(super) fn frame(docx: Docx, report: &Report) -> Docx {
    let style = |id: &str, name: &str| Style::new(id, StyleType::Paragraph).name(name).based_on("Normal");
    let title = Run::new().size(16).color("605E59").add_text(clean(&report.title));
    docx.add_style(style("Subtitle", "Subtitle").size(24).color("45464A"))
        // Not a heading: the contents do not list themselves.
        .add_style(
            style("TOCHeading", "TOC Heading")
                .size(28)
                .bold()
                .fonts(fonts(MINCHO))
                .line_spacing(spacing(300).before(0).after(240)),
        )
        .add_style(style("TOC1", "toc 1").line_spacing(spacing(320).after(60)))
        .header(Header::new().add_paragraph(margin_paragraph(2).align(AlignmentType::Left).add_run(title)))
        .first_header(Header::new().add_paragraph(margin_paragraph(3)))
        .first_footer(Footer::new().add_paragraph(margin_paragraph(4)))
}

impl Body<'_> {
    /// The title page.
    pub(super) fn cover(&mut self, report: &Report, cover: &Cover) {
        let title = Run::new().size(56).add_text(clean(&report.title));
        self.paragraph(
            Paragraph::new().style("Title").line_spacing(spacing(300).before(4000).after(360)).add_run(title),
        );
        for line in &cover.lines {
            self.paragraph(Paragraph::new().style("Subtitle").add_run(Run::new().add_text(clean(line))));
        }
    }

    /// The contents: a field that holds what it will show, links to the chapters and their pages.
    pub(super) fn contents(&mut self, cover: &Cover, chapters: &[Chapter]) {
        let heading = Run::new().add_text(clean(&cover.contents));
        self.paragraph(Paragraph::new().style("TOCHeading").page_break_before(true).add_run(heading));
        let last = chapters.len().saturating_sub(1);
        for (index, chapter) in chapters.iter().enumerate() {
            let place = bookmark(index);
            let tab = Tab::new().val(TabValueType::Right).leader(TabLeaderType::Dot).pos(TEXT_WIDTH);
            let mut paragraph = Paragraph::new().style("TOC1").add_tab(tab);
            if index == 0 {
                let field = InstrText::TOC(InstrToC::new().heading_styles_range(1, 1).hyperlink());
                paragraph = paragraph.add_run(
                    Run::new()
                        .add_field_char(FieldCharType::Begin, true)
                        .add_instr_text(field)
                        .add_field_char(FieldCharType::Separate, false),
                );
            }
            let page = InstrText::PAGEREF(InstrPAGEREF::new(place.clone()).hyperlink());
            let page = Run::new()
                .add_tab()
                .add_field_char(FieldCharType::Begin, true)
                .add_instr_text(page)
                .add_field_char(FieldCharType::Separate, false)
                .add_text("…")
                .add_field_char(FieldCharType::End, false);
            let link = HyperlinkData::Anchor { anchor: place };
            let link = Hyperlink { link, history: None, children: Vec::new() };
            let title = Run::new().add_text(clean(&chapter.title));
            paragraph = paragraph.add_hyperlink(link.add_run(title).add_run(page));
            if index == last {
                paragraph = paragraph.add_run(Run::new().add_field_char(FieldCharType::End, false));
            }
            self.paragraph(paragraph);
        }
    }
}

/// A chapter's heading, on a new page, where the contents can find it.
pub(super) fn opening(index: usize, heading: impl FnOnce(Paragraph) -> Paragraph) -> Paragraph {
    let paragraph = Paragraph::new().page_break_before(true).add_bookmark_start(index + 1, bookmark(index));
    heading(paragraph).add_bookmark_end(index + 1)
}

/// As Word names the places that contents lead to.
fn bookmark(index: usize) -> String {
    format!("_Toc{:08}", index + 1)
}
