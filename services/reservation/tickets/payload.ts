/** What a ticket's code says. */
export interface TicketClaims {
  readonly ticketId: string;
  readonly sessionId: string;
  readonly unit: number;
  /** The ticket's number of codes before this one: older codes admit nobody. */
  readonly serial: number;
}

const bytes = 40;

/**
 * The payload of a ticket's token. Both ids as 16 bytes, unit and serial as 32 bits, the highest byte first: as JSON
 * the code would be a third longer, and harder to scan from a telephone.
 * @throws RangeError when an id is not a UUID or a number does not fit
 */
export function writePayload({ ticketId, sessionId, unit, serial }: TicketClaims): Uint8Array {
  const payload = new Uint8Array(bytes);
  payload.set(bytesOf(ticketId), 0);
  payload.set(bytesOf(sessionId), 16);
  const view = new DataView(payload.buffer);
  view.setUint32(32, uint32(unit));
  view.setUint32(36, uint32(serial));
  return payload;
}

/** Needs nothing of Node, so that a scanner in a browser reads tokens with it as well. */
export function readPayload(payload: Uint8Array): TicketClaims | undefined {
  if (payload.length !== bytes) return undefined;
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  return {
    ticketId: uuidOf(payload.subarray(0, 16)),
    sessionId: uuidOf(payload.subarray(16, 32)),
    unit: view.getUint32(32),
    serial: view.getUint32(36),
  };
}

function bytesOf(uuid: string) {
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(uuid)) throw new RangeError('the id is not a UUID');
  const hex = uuid.replaceAll('-', '');
  return Uint8Array.from({ length: 16 }, (_, place) => Number.parseInt(hex.slice(place * 2, place * 2 + 2), 16));
}

function uuidOf(id: Uint8Array) {
  const hex = Array.from(id, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function uint32(number: number) {
  if (!Number.isInteger(number) || number < 0 || number > 0xffff_ffff) throw new RangeError('not a 32-bit number');
  return number;
}
