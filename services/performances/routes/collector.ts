import { access, type RouteSpec } from '@ticketaka/platform/contract';
import { z } from 'zod';
import * as manage from '../schemas/manage.ts';
import { page } from './common.ts';

const admin = access.role('admin');

/** What is collected from KOPIS: its runs, and what it could not understand. */
export const collectorRoutes = {
  startCollectorRun: {
    method: 'POST',
    path: '/manage/collector/runs',
    access: admin,
    summary: 'Ask the collector to run now',
    responses: { 202: manage.CollectorRun },
    errors: ['run_in_progress'],
  },
  listCollectorRuns: {
    method: 'GET',
    path: '/manage/collector/runs',
    access: admin,
    summary: 'The ledger of runs, newest first',
    query: z.object(page),
    responses: { 200: z.object({ runs: z.array(manage.CollectorRun), next: z.string().optional() }) },
  },
  listRejects: {
    method: 'GET',
    path: '/manage/collector/rejects',
    access: admin,
    summary: 'What the collector could not understand, and why',
    query: z.object({ state: z.enum(['open', 'corrected', 'resolved', 'ignored']).default('open'), ...page }),
    responses: { 200: z.object({ rejects: z.array(manage.Reject), next: z.string().optional() }) },
  },
  correctReject: {
    method: 'PUT',
    path: '/manage/collector/rejects/{rejectId}',
    access: admin,
    summary: 'Say what it should have been, or that it is to be ignored; the next run uses it',
    params: z.object({ rejectId: z.uuid() }),
    body: z.object({ correction: z.string().trim().max(2000).nullable(), ignore: z.boolean().default(false) }),
    responses: { 200: manage.Reject },
    errors: ['reject_not_found'],
  },
  retryReject: {
    method: 'POST',
    path: '/manage/collector/rejects/{rejectId}/retry',
    access: admin,
    summary: 'Read the record again now',
    params: z.object({ rejectId: z.uuid() }),
    responses: { 202: manage.Reject },
    errors: ['reject_not_found'],
  },
} as const satisfies Readonly<Record<string, RouteSpec>>;
