import { createHash } from 'node:crypto';
import { qrPng } from '@ticketaka/platform/qr';
import type { Block } from './content.ts';

/** A picture that goes with an e-mail: shown in it, and as a file to keep. */
export interface Picture {
  /** RFC 2392: the HTML part names it `cid:…`. One ticket has one everywhere. */
  readonly contentId: string;
  readonly file: string;
  readonly png: Uint8Array;
}

/** The QR codes of the tickets among the blocks, by their blocks. */
export function picturesOf(blocks: readonly Block[]): Map<Block, Picture> {
  const tickets = blocks.filter((block) => block.kind === 'ticket');
  return new Map(
    tickets.map((block, place) => {
      const hash = createHash('sha256').update(block.token).digest('hex').slice(0, 32);
      const file = `ticket-${String(place + 1).padStart(2, '0')}.png`;
      return [block, { contentId: `${hash}.ticket@ticketaka`, file, png: qrPng(block.token) }];
    }),
  );
}
