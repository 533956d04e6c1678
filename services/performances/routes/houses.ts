import { content, type RouteSpec } from '@ticketaka/platform/contract';
import { z } from 'zod';
import * as common from '../schemas/common.ts';
import * as manage from '../schemas/manage.ts';
import { SeatMapDocument } from '../schemas/seat-map.ts';
import { changed, organizer, page } from './common.ts';

const csv = content('text/csv', z.string());
const venue = z.object({ venueId: common.venueId });
const hall = z.object({ hallId: common.hallId });
const seatMap = z.object({ seatMapId: common.seatMapId });

/** Venues with their halls, and the maps of their seats. */
export const houseRoutes = {
  createVenue: {
    method: 'POST',
    path: '/manage/venues',
    access: organizer,
    summary: 'Add a venue',
    body: manage.NewVenue,
    responses: { 201: manage.Venue },
  },
  listVenues: {
    method: 'GET',
    path: '/manage/venues',
    access: organizer,
    summary: 'List venues by name',
    query: z.object({ query: z.string().trim().max(100).optional(), ...page }),
    responses: { 200: z.object({ venues: z.array(manage.Venue), next: z.string().optional() }) },
  },
  getVenue: {
    method: 'GET',
    path: '/manage/venues/{venueId}',
    access: organizer,
    summary: 'Read a venue and its halls',
    params: venue,
    responses: { 200: manage.Venue },
    errors: ['venue_not_found'],
  },
  updateVenue: {
    method: 'PUT',
    path: '/manage/venues/{venueId}',
    access: organizer,
    summary: 'Replace a venue; needs If-Match',
    ifMatch: true,
    params: venue,
    body: manage.NewVenue,
    responses: { 200: manage.Venue },
    errors: ['venue_not_found', ...changed],
  },
  createHall: {
    method: 'POST',
    path: '/manage/venues/{venueId}/halls',
    access: organizer,
    summary: 'Add a hall',
    params: venue,
    body: manage.NewHall,
    responses: { 201: manage.Hall },
    errors: ['venue_not_found'],
  },
  createSeatMap: {
    method: 'POST',
    path: '/manage/halls/{hallId}/seat-maps',
    access: organizer,
    summary: 'Publish a seat map',
    description: 'A published map never changes. Faults are listed with section, row and seat.',
    params: hall,
    body: z.object({ name: common.shortText, map: SeatMapDocument }),
    maxBodyBytes: 20_000_000,
    responses: { 201: manage.SeatMapRecord },
    errors: ['hall_not_found', 'seat_map_invalid'],
  },
  importSeatMap: {
    method: 'POST',
    path: '/manage/halls/{hallId}/seat-maps/import',
    access: organizer,
    summary: 'Publish a seat map from CSV',
    description:
      'Columns: section, kind, floor, row, number, x, y, seatKind, blocked, capacity and, if need be, outline. ' +
      'Units are numbered in the order of the lines. Faults name their line.',
    params: hall,
    query: z.object({ name: common.shortText }),
    body: csv,
    maxBodyBytes: 20_000_000,
    responses: { 201: manage.SeatMapRecord },
    errors: ['hall_not_found', 'seat_map_invalid'],
  },
  listSeatMaps: {
    method: 'GET',
    path: '/manage/halls/{hallId}/seat-maps',
    access: organizer,
    summary: 'List the seat maps of a hall',
    params: hall,
    responses: { 200: z.object({ seatMaps: z.array(manage.SeatMapRecord) }) },
    errors: ['hall_not_found'],
  },
  exportSeatMap: {
    method: 'GET',
    path: '/manage/seat-maps/{seatMapId}',
    access: organizer,
    summary: 'Read a seat map as JSON',
    params: seatMap,
    responses: { 200: SeatMapDocument },
    errors: ['seat_map_not_found'],
  },
  exportSeatMapCsv: {
    method: 'GET',
    path: '/manage/seat-maps/{seatMapId}/csv',
    access: organizer,
    summary: 'Read a seat map as CSV',
    params: seatMap,
    responses: { 200: csv },
    errors: ['seat_map_not_found'],
  },
} as const satisfies Readonly<Record<string, RouteSpec>>;
