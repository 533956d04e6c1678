import { crc32, deflateSync } from 'node:zlib';
import { symbolOf } from './symbol.ts';

export interface PngOptions {
  /** Pixels for each module, a side. @default 6, so some 370 pixels for a ticket */
  readonly scale?: number | undefined;
}

/**
 * The QR symbol of a text as a PNG: dark on white, with its quiet zone, one bit for each pixel.
 * @throws Error when the text is empty or too long
 */
export function qrPng(text: string, { scale = 6 }: PngOptions = {}): Uint8Array {
  const rows = symbolOf(text);
  const size = rows.length * scale;
  const lines = rows.flatMap((row) => Array.from<Buffer>({ length: scale }).fill(scanLine(row, scale)));
  return Buffer.concat([signature, header(size), chunk('IDAT', deflateSync(Buffer.concat(lines))), chunk('IEND')]);
}

/** PNG (third edition) 5.2. */
const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** 11.2.1: a square, one bit for each sample of grey, nothing special. */
function header(size: number) {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(size, 0);
  data.writeUInt32BE(size, 4);
  data.writeUInt8(1, 8);
  return chunk('IHDR', data);
}

/** 9.2: filter type 0, then the pixels, the leftmost in the highest bit; white is 1. */
function scanLine(row: readonly boolean[], scale: number) {
  const line = Buffer.alloc(1 + Math.ceil((row.length * scale) / 8));
  for (let x = 0; x < row.length * scale; x += 1) {
    if (row[Math.floor(x / scale)]) continue;
    const place = 1 + (x >> 3);
    line.writeUInt8(line.readUInt8(place) | (0x80 >> (x & 7)), place);
  }
  return line;
}

/** 5.3: length, type, data, and a checksum of the type and the data. */
function chunk(type: string, data = Buffer.alloc(0)) {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}
