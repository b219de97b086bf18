//! Pictures of a book without what a program or a camera wrote into them: an author, a place, a window's title.

use img_parts::jpeg::{Jpeg, markers};
use img_parts::png::Png;
use img_parts::webp::WebP;
use yokoten_exchange::publish::Images;

use crate::Workspace;

/// The pictures of a workspace as a book publishes them.
pub(crate) struct Published<'a>(pub(crate) &'a Workspace);

impl Images for Published<'_> {
    fn bytes(&self, hash: &str) -> Option<Vec<u8>> {
        // A picture that is missing or damaged becomes its caption; `verify` says so.
        self.0.store().attachment(hash).ok().map(bare)
    }
}

/// What of a PNG makes the picture; everything else may tell something beside it.
const CHUNKS: [[u8; 4]; 13] = [
    *b"IHDR", *b"PLTE", *b"IDAT", *b"IEND", *b"tRNS", *b"gAMA", *b"cHRM", *b"sRGB", *b"iCCP", *b"sBIT",
    *b"pHYs", *b"acTL", *b"fcTL",
];

/// The picture alone, its points untouched. Other kinds, and what cannot be read, stay as they are.
fn bare(bytes: Vec<u8>) -> Vec<u8> {
    if let Ok(mut png) = Png::from_bytes(bytes.clone().into()) {
        png.chunks_mut().retain(|chunk| CHUNKS.contains(&chunk.kind()) || chunk.kind() == *b"fdAT");
        return png.encoder().bytes().to_vec();
    }
    if let Ok(mut jpeg) = Jpeg::from_bytes(bytes.clone().into()) {
        let tells = [markers::APP1, markers::APP13, markers::COM];
        jpeg.segments_mut().retain(|segment| !tells.contains(&segment.marker()));
        return jpeg.encoder().bytes().to_vec();
    }
    if let Ok(mut webp) = WebP::from_bytes(bytes.clone().into()) {
        webp.remove_chunks_by_id(*b"EXIF");
        webp.remove_chunks_by_id(*b"XMP ");
        return webp.encoder().bytes().to_vec();
    }
    bytes
}

#[cfg(test)]
mod tests {
    use img_parts::png::PngChunk;

    use super::*;

    #[test]
    fn what_was_written_into_a_picture_does_not_go_out() {
        let original = include_bytes!("../../sample/images/call-history.png").to_vec();
        let mut png = Png::from_bytes(original.clone().into()).unwrap();
        let title = PngChunk::new(*b"tEXt", "Title\0青葉商店の画面".as_bytes().to_vec().into());
        png.chunks_mut().insert(1, title);
        let told = png.encoder().bytes().to_vec();
        let says = |bytes: &[u8]| String::from_utf8_lossy(bytes).contains("青葉商店");
        assert!(says(&told));
        let bare = bare(told);
        assert!(!says(&bare));
        let points = |bytes: &[u8]| {
            let png = Png::from_bytes(bytes.to_vec().into()).unwrap();
            png.chunks()
                .iter()
                .filter(|chunk| chunk.kind() == *b"IDAT")
                .map(|c| c.contents().to_vec())
                .collect::<Vec<_>>()
        };
        assert_eq!(points(&bare), points(&original), "the picture itself is as it was");
        assert_eq!(super::bare(b"no picture".to_vec()), b"no picture");
    }
}
