import type { Migrations } from '@ticketaka/platform/mariadb';
import { erasedBuyers } from '../buyers/migration.ts';
import { reminderRounds, remindersByDay } from '../notices/index.ts';
import { organizer } from '../organizer/migration.ts';
import { handSettlements, payments } from '../payments/index.ts';
import { pictureLineages } from '../picture/migration.ts';
import { reschedulings } from '../rescheduling/index.ts';
import { prunedSessions } from '../retention/index.ts';
import { checkIns } from '../tickets/index.ts';
import { measuredShares, waitingRooms } from '../waiting-room/index.ts';
import { waitlists } from '../waitlist/index.ts';
import { reservation } from './0001-reservation.ts';

export const migrations: Migrations = {
  '0001-reservation': reservation,
  '0002-payments': payments,
  '0003-check-ins': checkIns,
  '0004-waiting-rooms': waitingRooms,
  '0005-waitlist': waitlists,
  '0006-organizer': organizer,
  '0007-notices': reminderRounds,
  '0008-erased-buyers': erasedBuyers,
  '0009-picture-lineages': pictureLineages,
  '0010-measured-shares': measuredShares,
  '0011-hand-settlements': handSettlements,
  '0012-reminders-by-day': remindersByDay,
  '0013-pruned-sessions': prunedSessions,
  '0014-reschedulings': reschedulings,
};
