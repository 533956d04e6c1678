import { access } from '@ticketaka/platform/contract';
import { z } from 'zod';
import * as common from '../schemas/common.ts';

export const organizer = access.role('organizer', 'admin');
export const performance = z.object({ performanceId: common.performanceId });
export const page = { limit: common.pageLimit, cursor: common.cursor.optional() };

/** Of what is replaced only as it was read. */
export const changed = ['if_match_missing', 'changed_meanwhile'] as const;
