//! The payload of an image: raw, one zlib stream, or one bzip2 stream. The output buffer is the bound: a stream
//! that wants to be longer is damaged, however much it promises.

use bzip2::{Decompress as Bzip2, Status as Bzip2Status};
use flate2::{Decompress as Zlib, FlushDecompress, Status as ZlibStatus};

/// The longest image: its length has two bytes.
pub(super) const LONGEST: usize = 65_535;

/// Room for one image as it lies in the file, and the streams that expand it. Kept from image to image, so that
/// nothing is allocated for each.
pub(super) struct Decoder {
    image: Box<[u8]>,
    streams: Streams,
}

/// The state of a zlib stream, reset before each; bzip2 has no such thing.
pub(super) struct Streams {
    zlib: Zlib,
}

impl Default for Decoder {
    fn default() -> Decoder {
        Decoder {
            image: vec![0; LONGEST].into(),
            streams: Streams {
                zlib: Zlib::new(true),
            },
        }
    }
}

impl Decoder {
    /// The room and the streams, to be used side by side.
    pub(super) fn parts(&mut self) -> (&mut [u8], &mut Streams) {
        (&mut self.image, &mut self.streams)
    }
}

impl Streams {
    /// Decompresses `payload` into `out` and tells how many bytes it gave. The error is a sentence for the operator.
    pub(super) fn decode(&mut self, code: u8, payload: &[u8], out: &mut [u8]) -> Result<usize, String> {
        match code {
            0 => raw(payload, out),
            1 => zlib(&mut self.zlib, payload, out),
            2 => bzip2(payload, out),
            _ => Err(format!(
                "compression code {code} is unknown; 0, 1 and 2 are possible"
            )),
        }
    }
}

fn raw(payload: &[u8], out: &mut [u8]) -> Result<usize, String> {
    let place = out
        .get_mut(..payload.len())
        .ok_or_else(|| too_long(payload.len()))?;
    place.copy_from_slice(payload);
    Ok(payload.len())
}

fn zlib(stream: &mut Zlib, payload: &[u8], out: &mut [u8]) -> Result<usize, String> {
    stream.reset(true);
    let status = stream
        .decompress(payload, out, FlushDecompress::Finish)
        .map_err(|error| format!("the zlib stream is damaged ({error})"))?;
    let ended = status == ZlibStatus::StreamEnd;
    finish("zlib", ended, stream.total_in(), stream.total_out(), payload, out)
}

fn bzip2(payload: &[u8], out: &mut [u8]) -> Result<usize, String> {
    let mut stream = Bzip2::new(false);
    loop {
        let (before_in, before_out) = (stream.total_in(), stream.total_out());
        let input = rest(payload, before_in);
        let output = rest_mut(out, before_out);
        let status = stream
            .decompress(input, output)
            .map_err(|error| format!("the bzip2 stream is damaged ({error})"))?;
        let ended = status == Bzip2Status::StreamEnd;
        let stuck = (before_in, before_out) == (stream.total_in(), stream.total_out());
        if ended || stuck {
            return finish(
                "bzip2",
                ended,
                stream.total_in(),
                stream.total_out(),
                payload,
                out,
            );
        }
    }
}

/// The part of a buffer behind a position that a stream reports about that same buffer.
fn rest(buffer: &[u8], position: u64) -> &[u8] {
    usize::try_from(position)
        .ok()
        .and_then(|position| buffer.get(position..))
        .unwrap_or_default()
}

fn rest_mut(buffer: &mut [u8], position: u64) -> &mut [u8] {
    usize::try_from(position)
        .ok()
        .and_then(|position| buffer.get_mut(position..))
        .unwrap_or_default()
}

fn finish(
    kind: &str,
    ended: bool,
    taken: u64,
    given: u64,
    payload: &[u8],
    out: &[u8],
) -> Result<usize, String> {
    let left = rest(payload, taken).len();
    match (ended, usize::try_from(given)) {
        (true, Ok(given)) if left == 0 => Ok(given),
        (true, _) => Err(format!("{left} bytes follow behind the end of the {kind} stream")),
        (false, Ok(given)) if given == out.len() => Err(too_long(out.len())),
        (false, _) => Err(format!("the {kind} stream ends early")),
    }
}

fn too_long(room: usize) -> String {
    format!("the payload is longer than the {room} bytes that are possible")
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use proptest::prelude::*;

    use super::*;

    fn decode(code: u8, payload: &[u8], out: &mut [u8]) -> Result<usize, String> {
        let mut decoder = Decoder::default();
        let (_, streams) = decoder.parts();
        // A damaged stream must not disturb the one behind it.
        let _ = streams.decode(1, &[0x78, 0x9C, 0xFF, 0xFF], &mut [0; 40]);
        streams.decode(code, payload, out)
    }

    fn packed(code: u8, content: &[u8]) -> Vec<u8> {
        match code {
            0 => content.to_vec(),
            1 => {
                let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
                encoder.write_all(content).unwrap();
                encoder.finish().unwrap()
            }
            _ => {
                let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
                encoder.write_all(content).unwrap();
                encoder.finish().unwrap()
            }
        }
    }

    #[test]
    fn streams_must_end_where_the_image_ends_and_fit() {
        let content: Vec<u8> = (0..50_000_u32)
            .map(|number| u8::try_from(number % 251).unwrap())
            .collect();
        for code in 0..=2 {
            let mut payload = packed(code, &content);
            let mut out = vec![0; content.len()];
            assert_eq!(
                decode(code, &payload, &mut out).unwrap(),
                content.len(),
                "code {code}"
            );
            assert_eq!(out, content);
            let mut large = vec![0; content.len() + 9];
            assert_eq!(decode(code, &payload, &mut large).unwrap(), content.len());
            let error = decode(code, &payload, &mut out[1..]).unwrap_err();
            assert!(error.contains("longer"), "{error}");
            if code > 0 {
                let error = decode(code, &payload[..payload.len() - 3], &mut out).unwrap_err();
                assert!(error.contains("early") || error.contains("longer"), "{error}");
                payload.push(0);
                let error = decode(code, &payload, &mut out).unwrap_err();
                assert!(error.contains("1 bytes follow"), "{error}");
            }
        }
        assert!(decode(3, &[], &mut []).is_err());
    }

    proptest! {
        #[test]
        fn damaged_streams_never_panic(code in 0..=3_u8, place in 0..400_usize, bit in 0..8_u8, cut in 0..400_usize) {
            let content: Vec<u8> = (0..3000_u32).map(|number| u8::try_from(number * number % 251).unwrap()).collect();
            let mut payload = packed(code.min(2), &content);
            let length = payload.len();
            payload[place % length] ^= 1 << bit;
            payload.truncate(length - cut.min(length));
            let mut out = vec![0; 4000];
            let _ = decode(code, &payload, &mut out);
        }
    }
}
