import { access, bytes, content, type RouteSpec } from '@ticketaka/platform/contract';
import { z } from 'zod';
import * as catalogue from '../schemas/catalogue.ts';
import * as common from '../schemas/common.ts';
import { page, performance } from './common.ts';

const session = z.object({ performanceId: common.performanceId, sessionId: common.sessionId });

/** What everybody reads, and what selling a session needs: the workload `catalogue`. */
export const catalogueRoutes = {
  search: {
    method: 'GET',
    path: '',
    access: access.public(),
    summary: 'Find performances',
    description:
      'By any part of the title, cast or venue, Korean or English, also by initial consonants (ㅎㅁㄹ) and in the wrong ' +
      'keyboard layout. Filters combine. Pages stay stable while the list changes.',
    query: z.object({
      query: z.string().trim().max(100).optional(),
      genre: z.string().max(200).optional().meta({ description: 'One or more, separated by commas' }),
      region: z.string().max(200).optional().meta({ description: 'One or more, separated by commas' }),
      state: z.string().max(100).optional().meta({ description: 'One or more. Default: upcoming,running' }),
      from: common.date.optional(),
      to: common.date.optional(),
      minPrice: z.coerce.number().int().min(0).optional(),
      maxPrice: z.coerce.number().int().min(0).optional(),
      venueId: common.venueId.optional(),
      sort: z.enum(['relevance', 'date', 'ranking', 'price', 'newest']).optional(),
      ...page,
    }),
    responses: { 200: catalogue.SearchResult },
  },
  suggest: {
    method: 'GET',
    path: '/suggestions',
    access: access.public(),
    summary: 'Complete what is being typed',
    query: z.object({
      query: z.string().trim().min(1).max(100),
      limit: z.coerce.number().int().min(1).max(20).default(8),
    }),
    responses: { 200: catalogue.Suggestions },
  },
  listRankings: {
    method: 'GET',
    path: '/rankings',
    access: access.public(),
    summary: 'What is booked most',
    description:
      'Out of two lists: the box office of KOPIS, which has places of the day before and no numbers, and the tickets ' +
      'booked here, less those given back, today in Seoul, or in the seven or thirty days that end today. A performance ' +
      "counts with the better of its two places, of equal ones the box office's comes first, and the places are " +
      'numbered anew. Where nothing is booked here the box office stands as it is, of its own `date`.',
    query: z.object({
      period: z.enum(['day', 'week', 'month']).default('day'),
      genre: common.genre.optional(),
      limit: z.coerce.number().int().min(1).max(100).default(20),
    }),
    responses: { 200: catalogue.Rankings },
  },
  getPerformance: {
    method: 'GET',
    path: '/{performanceId}',
    access: access.public(),
    summary: 'Read one performance',
    params: performance,
    responses: { 200: catalogue.PerformanceDetail },
    errors: ['performance_not_found'],
  },
  listSessions: {
    method: 'GET',
    path: '/{performanceId}/sessions',
    access: access.public(),
    summary: 'When it is played, and what it costs',
    params: performance,
    query: z.object({ from: common.date.optional(), to: common.date.optional() }),
    responses: { 200: z.object({ sessions: z.array(catalogue.SessionSummary) }) },
    errors: ['performance_not_found'],
  },
  getSeatMap: {
    method: 'GET',
    path: '/{performanceId}/sessions/{sessionId}/seat-map',
    access: access.public(),
    summary: 'The hall, seat by seat, with the grades of this session',
    params: session,
    responses: { 200: catalogue.SessionSeatMap },
    errors: ['performance_not_found', 'session_not_found', 'seat_map_not_found'],
  },
  getPosterImage: {
    method: 'GET',
    path: '/posters/{posterId}/{file}',
    access: access.public(),
    summary: 'A poster in one of its widths',
    params: z.object({ posterId: z.uuid(), file: z.string().regex(/^\d{2,4}\.webp$/) }),
    responses: { 200: content('image/webp', bytes) },
    errors: ['poster_not_found'],
  },
  getSession: {
    method: 'GET',
    path: '/internal/sessions/{sessionId}',
    access: access.internal(),
    summary: 'Everything that selling a session needs',
    params: z.object({ sessionId: common.sessionId }),
    responses: { 200: catalogue.SellableSession },
    errors: ['session_not_found'],
  },
} as const satisfies Readonly<Record<string, RouteSpec>>;
