import { decodeQR } from 'qr/decode.js';
import sharp from 'sharp';

/** What a camera would read from the picture. */
export async function readQr(png: Uint8Array): Promise<string> {
  const { data, info } = await sharp(png).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return decodeQR({ width: info.width, height: info.height, data }, { timeLimit: 5_000 });
}
