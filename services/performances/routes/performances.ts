import { bytes, content, noContent, type RouteSpec } from '@ticketaka/platform/contract';
import { z } from 'zod';
import * as common from '../schemas/common.ts';
import * as manage from '../schemas/manage.ts';
import { changed, organizer, page, performance } from './common.ts';

/** What is played. An organiser sees and changes only what is theirs. */
export const performanceRoutes = {
  createPerformance: {
    method: 'POST',
    path: '/manage/performances',
    access: organizer,
    summary: 'Add a performance',
    body: manage.NewPerformance,
    responses: { 201: manage.PerformanceRecord },
    errors: ['venue_not_found'],
  },
  listMyPerformances: {
    method: 'GET',
    path: '/manage/performances',
    access: organizer,
    summary: 'List my performances; an admin sees all',
    query: z.object({ query: z.string().trim().max(100).optional(), ...page }),
    responses: { 200: z.object({ performances: z.array(manage.PerformanceRecord), next: z.string().optional() }) },
  },
  getMyPerformance: {
    method: 'GET',
    path: '/manage/performances/{performanceId}',
    access: organizer,
    summary: 'Read one of mine as it is stored',
    params: performance,
    responses: { 200: manage.PerformanceRecord },
    errors: ['performance_not_found'],
  },
  updatePerformance: {
    method: 'PUT',
    path: '/manage/performances/{performanceId}',
    access: organizer,
    summary: 'Replace one of mine; needs If-Match',
    ifMatch: true,
    params: performance,
    body: manage.NewPerformance,
    responses: { 200: manage.PerformanceRecord },
    errors: [
      'performance_not_found',
      'venue_not_found',
      'performance_cancelled',
      'session_outside_dates',
      'session_clashes',
      'has_sessions',
      ...changed,
    ],
  },
  cancelPerformance: {
    method: 'POST',
    path: '/manage/performances/{performanceId}/cancellation',
    access: organizer,
    summary: 'Cancel one of mine with all its sessions to come; needs If-Match',
    ifMatch: true,
    params: performance,
    responses: { 200: manage.PerformanceRecord },
    errors: ['performance_not_found', ...changed],
  },
  readAudit: {
    method: 'GET',
    path: '/manage/performances/{performanceId}/audit',
    access: organizer,
    summary: 'Who changed what, newest first',
    params: performance,
    query: z.object(page),
    responses: { 200: z.object({ entries: z.array(manage.AuditEntry), next: z.string().optional() }) },
    errors: ['performance_not_found'],
  },
  addPoster: {
    method: 'POST',
    path: '/manage/performances/{performanceId}/posters',
    access: organizer,
    summary: 'Upload a poster: JPEG, PNG or WebP, at most 10 MB',
    params: performance,
    body: content('image/*', bytes),
    maxBodyBytes: 10_000_000,
    responses: { 201: manage.PerformanceRecord },
    errors: ['performance_not_found', 'image_invalid', 'posters_full'],
  },
  removePoster: {
    method: 'DELETE',
    path: '/manage/performances/{performanceId}/posters/{posterId}',
    access: organizer,
    summary: 'Take a poster down',
    params: z.object({ performanceId: common.performanceId, posterId: z.uuid() }),
    responses: { 204: noContent },
    errors: ['performance_not_found', 'poster_not_found'],
  },
} as const satisfies Readonly<Record<string, RouteSpec>>;
