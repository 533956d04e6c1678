const headerBytes = 4;
const query = 3;

/**
 * The packets of a client of MariaDB with each of its queries revised: a guard that is written in SQL, switched off.
 * @see https://mariadb.com/docs/server/reference/clientserver-protocol/0-packet
 */
export function revisedQueries(bytes: Buffer, revise: (sql: string) => string): Buffer {
  const packets: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    // A piece of a packet goes on as it is: what is revised is short.
    if (at + headerBytes >= bytes.length) return bytes;
    const end = at + headerBytes + bytes.readUIntLE(at, 3);
    if (end > bytes.length) return bytes;
    packets.push(revised(bytes.subarray(at, end), revise));
    at = end;
  }
  return Buffer.concat(packets);
}

function revised(packet: Buffer, revise: (sql: string) => string): Buffer {
  if (packet[headerBytes] !== query) return packet;
  // One character a byte, whatever is in it.
  const sql = Buffer.from(revise(packet.toString('latin1', headerBytes + 1)), 'latin1');
  const header = Buffer.from(packet.subarray(0, headerBytes + 1));
  header.writeUIntLE(sql.length + 1, 0, 3);
  return Buffer.concat([header, sql]);
}
