import { access, bytes, content, type RouteSpec } from '@ticketaka/platform/contract';
import { z } from 'zod';
import { grade, instant, Label, reservationId, ticketId } from '../schemas/common.ts';

const Ticket = z
  .object({
    id: ticketId,
    label: Label,
    grade,
    state: z.enum(['pending', 'valid', 'cancelled']),
    token: z.string().nullable().meta({ description: 'What its QR code holds; null when it admits nobody' }),
    checkedInAt: instant.nullable(),
  })
  .meta({ id: 'Ticket' });

const reservation = z.object({ reservationId });
const ticket = z.object({ reservationId, ticketId });
const missing = ['reservation_not_found', 'ticket_not_found'] as const;

export const ticketRoutes = {
  listTickets: {
    method: 'GET',
    path: '/{reservationId}/tickets',
    access: access.member(),
    summary: 'Read the tickets of my reservation, with their codes',
    params: reservation,
    responses: { 200: z.object({ tickets: z.array(Ticket) }) },
    errors: ['reservation_not_found'],
  },
  getTicketSvg: {
    method: 'GET',
    path: '/{reservationId}/tickets/{ticketId}/qr.svg',
    access: access.member(),
    summary: 'The QR code of a valid ticket of mine, as SVG',
    params: ticket,
    responses: { 200: content('image/svg+xml', z.string()) },
    errors: missing,
  },
  getTicketPng: {
    method: 'GET',
    path: '/{reservationId}/tickets/{ticketId}/qr.png',
    access: access.member(),
    summary: 'The QR code of a valid ticket of mine, as PNG',
    params: ticket,
    responses: { 200: content('image/png', bytes) },
    errors: missing,
  },
  reissueTicket: {
    method: 'POST',
    path: '/{reservationId}/tickets/{ticketId}/reissue',
    access: access.member(),
    summary: 'Make the code of a ticket anew; the old one admits nobody any more',
    idempotent: true,
    params: ticket,
    responses: { 200: Ticket },
    errors: [...missing, 'ticket_used'],
  },
} as const satisfies Readonly<Record<string, RouteSpec>>;
