//! Compressed streams as the streams that they were made of.

use std::io::{self, BufReader, Read};

use super::ByteStream;

/// How a stream is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CompressionFormat {
    Gzip,
    Zlib,
    Zstd,
    Bzip2,
    Xz,
    /// LZMA with a header of its own, as `.lzma` files have it.
    Lzma,
    Lz4,
}

/// The stream that `packed` was made of.
///
/// What was seen before is kept in memory, as far as the stream asks for it:
/// 128 MiB at most (as `zstd` itself has it), and 8 MiB where that would be
/// multiplied by the depth.
///
/// # Errors
///
/// Where it asks for more, or is damaged.
pub(super) fn unpacked<'a>(
    packing: CompressionFormat,
    packed: impl Read + 'a,
    depth: usize,
) -> io::Result<ByteStream<'a>> {
    let window_log = if depth < 2 { 27 } else { 23 };
    // In KiB, with room for other buffers.
    let memory = (1 << (window_log - 10)) + 2048;
    let packed = BufReader::new(packed);
    Ok(match packing {
        CompressionFormat::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(packed)),
        CompressionFormat::Zlib => Box::new(flate2::bufread::ZlibDecoder::new(packed)),
        CompressionFormat::Zstd => {
            let mut unpacked = zstd::stream::read::Decoder::with_buffer(packed)?;
            unpacked.window_log_max(window_log)?;
            Box::new(unpacked)
        }
        CompressionFormat::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(packed)),
        CompressionFormat::Xz => {
            Box::new(lzma_rust2::XzReader::new_mem_limit(packed, true, memory))
        }
        CompressionFormat::Lzma => {
            Box::new(lzma_rust2::LzmaReader::new_mem_limit(packed, memory, None)?)
        }
        CompressionFormat::Lz4 => {
            Box::new(Lz4Frames { inner: lz4_flex::frame::FrameDecoder::new(packed) })
        }
    })
}

/// LZ4 frames one behind the other.
struct Lz4Frames<R: Read> {
    inner: lz4_flex::frame::FrameDecoder<R>,
}

impl<R: Read> Read for Lz4Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.inner.read(buffer)? {
            // The end of a frame, or of the stream.
            0 => self.inner.read(buffer),
            read => Ok(read),
        }
    }
}
