//! Each format in memory, as tests read it.

use std::io::Cursor;

use yokoten_exchange::publish::{Images, Result};
use yokoten_model::report::Report;

macro_rules! whole {
    ($($format:ident),*) => {$(
        pub mod $format {
            use super::*;

            pub fn render(report: &Report, images: &dyn Images) -> Result<Vec<u8>> {
                let mut file = Cursor::new(Vec::new());
                yokoten_exchange::publish::$format::write(report, images, &mut file)?;
                Ok(file.into_inner())
            }
        }
    )*};
}
whole!(anki, docx);

pub mod html {
    use super::*;

    pub fn render(report: &Report, images: &dyn Images) -> String {
        let mut file = Vec::new();
        yokoten_exchange::publish::html::write(report, images, &mut file).unwrap();
        String::from_utf8(file).unwrap()
    }
}

pub mod markdown {
    use super::*;

    pub struct Rendered {
        pub text: String,
        pub files: Vec<(String, Vec<u8>)>,
    }

    pub fn render(report: &Report, images: &dyn Images, folder: &str) -> Rendered {
        let mut files = Vec::new();
        let keep = |name: &str, bytes: &[u8]| {
            files.push((name.to_owned(), bytes.to_vec()));
            Ok::<(), std::convert::Infallible>(())
        };
        let Ok(text) = yokoten_exchange::publish::markdown::render(report, images, folder, keep);
        Rendered { text, files }
    }
}

pub mod pdf {
    pub use yokoten_exchange::publish::pdf::Fonts;

    use super::*;

    pub fn render(report: &Report, images: &dyn Images, fonts: &Fonts) -> Result<Vec<u8>> {
        let mut file = Vec::new();
        yokoten_exchange::publish::pdf::write(report, images, fonts, &mut file)?;
        Ok(file)
    }
}
