//! The six-byte header that stands before every chunk of an image, and what its flags mean.

use std::fmt;

use zerocopy::little_endian::U16;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::fault::Fault;

/// Bytes of a chunk header.
pub(crate) const HEADER_LEN: usize = size_of::<RawHeader>();

/// The same as a distance on the tape.
pub(crate) const HEADER_SPAN: u64 = 6;

const FIRST: u8 = 0x80;
const MARK: u8 = 0x40;
const LAST: u8 = 0x20;
const BZIP2: u8 = 0x02;
const ZLIB: u8 = 0x01;

/// In the second flag byte: zlib, as Bus-Tech's virtual tapes say it.
const BUS_TECH_ZLIB: u8 = 0x80;

#[derive(Clone, Copy, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
struct RawHeader {
    /// Bytes of data after this header.
    length: U16,
    /// Bytes of data of the chunk before: 0 at the load point and after a tapemark.
    previous: U16,
    flags1: u8,
    flags2: u8,
}

const _: () = assert!(HEADER_LEN == 6);

/// How the data of a block are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// As they are.
    Raw,
    /// Compressed by zlib.
    Zlib,
    /// Compressed by bzip2.
    Bzip2,
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Method::Raw => "raw",
            Method::Zlib => "zlib",
            Method::Bzip2 => "bzip2",
        })
    }
}

/// What a chunk is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Mark,
    Data { first: bool, last: bool, method: Method },
}

/// A chunk header that makes sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) length: u16,
    pub(crate) previous: u16,
    pub(crate) kind: Kind,
    /// Bits of the second flag byte that mean nothing.
    pub(crate) stray: u8,
}

/// The two lengths of a header, readable whatever its flags are.
pub(crate) fn lengths(bytes: [u8; HEADER_LEN]) -> (u16, u16) {
    let raw: RawHeader = zerocopy::transmute!(bytes);
    (raw.length.get(), raw.previous.get())
}

impl Header {
    pub(crate) fn parse(bytes: [u8; HEADER_LEN]) -> Result<Header, Fault> {
        let raw: RawHeader = zerocopy::transmute!(bytes);
        let (flags1, flags2) = (raw.flags1, raw.flags2);
        let bad = Fault::BadFlags { flags1, flags2 };
        let kind = if flags1 & MARK != 0 {
            if flags1 != MARK {
                return Err(bad);
            }
            if raw.length.get() != 0 {
                return Err(Fault::MarkWithData {
                    length: raw.length.get(),
                });
            }
            Kind::Mark
        } else {
            if flags1 & !(FIRST | LAST | BZIP2 | ZLIB) != 0 {
                return Err(bad);
            }
            let method = method(flags1, flags2).ok_or(Fault::UnknownMethod { flags1, flags2 })?;
            Kind::Data {
                first: flags1 & FIRST != 0,
                last: flags1 & LAST != 0,
                method,
            }
        };
        let stray = flags2 & !BUS_TECH_ZLIB;
        Ok(Header {
            length: raw.length.get(),
            previous: raw.previous.get(),
            kind,
            stray,
        })
    }

    /// The header as we write it: zlib is said in the first flag byte, the second is always 0.
    pub(crate) fn encode(self) -> [u8; HEADER_LEN] {
        let flags1 = match self.kind {
            Kind::Mark => MARK,
            Kind::Data { first, last, method } => {
                let ends = if first { FIRST } else { 0 } | if last { LAST } else { 0 };
                ends | match method {
                    Method::Raw => 0,
                    Method::Zlib => ZLIB,
                    Method::Bzip2 => BZIP2,
                }
            }
        };
        zerocopy::transmute!(RawHeader {
            length: U16::new(self.length),
            previous: U16::new(self.previous),
            flags1,
            flags2: 0,
        })
    }
}

fn method(flags1: u8, flags2: u8) -> Option<Method> {
    match (flags1 & (ZLIB | BZIP2), flags2 & BUS_TECH_ZLIB) {
        (0, 0) => Some(Method::Raw),
        (ZLIB, 0) | (0, BUS_TECH_ZLIB) => Some(Method::Zlib),
        (BZIP2, 0) => Some(Method::Bzip2),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_come_back() {
        for method in [Method::Raw, Method::Zlib, Method::Bzip2] {
            for (first, last) in [(false, false), (false, true), (true, false), (true, true)] {
                let header = Header {
                    length: 0x1234,
                    previous: 7,
                    kind: Kind::Data { first, last, method },
                    stray: 0,
                };
                assert_eq!(Header::parse(header.encode()), Ok(header));
            }
        }
        let mark = Header {
            length: 0,
            previous: 80,
            kind: Kind::Mark,
            stray: 0,
        };
        assert_eq!(mark.encode(), [0, 0, 80, 0, 0x40, 0]);
        assert_eq!(Header::parse(mark.encode()), Ok(mark));
    }

    #[test]
    fn what_no_writer_writes_is_refused() {
        let parse = |flags1, flags2| Header::parse([1, 0, 0, 0, flags1, flags2]);
        assert_eq!(
            parse(0xA3, 0),
            Err(Fault::UnknownMethod {
                flags1: 0xA3,
                flags2: 0
            })
        );
        assert_eq!(
            parse(0xA1, 0x80),
            Err(Fault::UnknownMethod {
                flags1: 0xA1,
                flags2: 0x80
            })
        );
        assert_eq!(
            parse(0xB0, 0),
            Err(Fault::BadFlags {
                flags1: 0xB0,
                flags2: 0
            })
        );
        assert_eq!(
            parse(0xC0, 0),
            Err(Fault::BadFlags {
                flags1: 0xC0,
                flags2: 0
            })
        );
        assert_eq!(parse(0x40, 0), Err(Fault::MarkWithData { length: 1 }));
        assert_eq!(parse(0xA0, 0x01).unwrap().stray, 1);
    }

    #[test]
    fn bus_tech_says_zlib_in_the_second_byte() {
        let header = Header::parse([1, 0, 0, 0, 0xA0, 0x80]).unwrap();
        assert_eq!(
            header.kind,
            Kind::Data {
                first: true,
                last: true,
                method: Method::Zlib
            }
        );
    }
}
