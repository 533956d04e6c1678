import { createHash } from 'node:crypto';
import { qrPng } from '@ticketaka/platform/qr';
import type { Picture } from '../domain/picture.ts';
import type { Block } from './content.ts';

/** The QR codes of the tickets among the blocks, by their blocks. One ticket has one Content-ID everywhere. */
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
