export type ImageType = 'jpeg' | 'png' | 'webp';

const png = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** What the first bytes say a file is (WHATWG MIME Sniffing, 6.1), whatever its name and headers say. */
export function imageTypeOf(bytes: Uint8Array): ImageType | undefined {
  if (startsWith(bytes, [0xff, 0xd8, 0xff])) return 'jpeg';
  if (startsWith(bytes, png)) return 'png';
  const isWebp = startsWith(bytes, [...Buffer.from('RIFF')]) && startsWith(bytes.subarray(8), [...Buffer.from('WEBP')]);
  return isWebp ? 'webp' : undefined;
}

function startsWith(bytes: Uint8Array, signature: readonly number[]): boolean {
  return signature.every((byte, index) => bytes[index] === byte);
}
