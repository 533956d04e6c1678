import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';

/** Four fields, clockwise from the top left: red, green, white, blue. Looks different however it is turned. */
export function quarters(width: number, height: number) {
  const raw = { width: 2, height: 2, channels: 3 } as const;
  const pixels = Buffer.from([255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255]);
  return sharp(pixels, { raw }).resize({ width, height, fit: 'fill', kernel: 'nearest' });
}

export function pngOf(width: number, height: number): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: '#123456' } })
    .png()
    .toBuffer();
}

/** An RGBA PNG whose header says one thing and whose data is another: `rows` of zeros, by default few. */
export function pngWith(width: number, height: number, { rows = 10, bits = 8 } = {}): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = bits;
  header[9] = 6;
  const data = deflateSync(Buffer.alloc(rows * (width * bits * 0.5 + 1)));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.of())]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

/** The beginning of a baseline JPEG of this size, in grey (ITU-T T.81, B.2.2). */
export function jpegHeader(width: number, height: number): Buffer {
  const frame = Buffer.from([0xff, 0xc0, 0, 11, 8, 0, 0, 0, 0, 1, 1, 0x11, 0]);
  frame.writeUInt16BE(height, 5);
  frame.writeUInt16BE(width, 7);
  const scan = Buffer.from([0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0]);
  return Buffer.concat([Buffer.from([0xff, 0xd8]), frame, scan, Buffer.alloc(64)]);
}

/** The beginning of a lossless WebP of this size (WebP Lossless Bitstream Specification, 3). */
export function webpHeader(width: number, height: number): Buffer {
  const data = Buffer.alloc(1_000);
  data[0] = 0x2f;
  data.writeUInt32LE(((width - 1) | ((height - 1) << 14)) >>> 0, 1);
  const head = Buffer.from('RIFF\0\0\0\0WEBPVP8L\0\0\0\0');
  head.writeUInt32LE(data.length + 12, 4);
  head.writeUInt32LE(data.length, 16);
  return Buffer.concat([head, data]);
}
