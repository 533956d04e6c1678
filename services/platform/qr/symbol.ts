import { encodeQR } from 'qr';

/**
 * The symbol of a text, row by row from the top, `true` where it is dark. Error correction M (15 %) and the quiet zone
 * of four light modules on every side that ISO/IEC 18004 asks for.
 * @throws Error when the text is empty, or too long for a symbol (2 331 bytes)
 */
export function symbolOf(text: string): readonly (readonly boolean[])[] {
  if (text === '') throw new Error('a QR symbol of nothing');
  return encodeQR(text, 'raw', { ecc: 'medium', border: 4 });
}
