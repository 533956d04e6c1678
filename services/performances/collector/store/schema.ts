import type { DueColumns } from '@ticketaka/platform/due-work';
import type { ColumnType, Generated } from 'kysely';
import type { Genre } from '../../schemas/common.ts';

type Day = ColumnType<Date, string, string>;

interface RunTable {
  id: string;
  state: 'running' | 'finished' | 'failed' | 'abandoned';
  started_at: Generated<Date>;
  finished_at: Generated<Date | null>;
  /** `waiting` until a collector has taken it. */
  step: string;
  /** The last record of the step that is done, in the order of source ids. */
  position: Generated<string | null>;
  read_count: Generated<number>;
  created_count: Generated<number>;
  updated_count: Generated<number>;
  unchanged_count: Generated<number>;
  rejected_count: Generated<number>;
  error: Generated<string | null>;
}

/** One row: who may write what was collected, until when. */
interface LeaseTable {
  name: string;
  run_id: string | null;
  expires_at: Date;
}

interface JobTable {
  id: Generated<number>;
  kind: 'daily' | 'run' | 'retry';
  run_id: Generated<string | null>;
  reject_id: Generated<string | null>;
  due_at: DueColumns['due_at'];
  lease_token: DueColumns['lease_token'];
  attempts: Generated<number>;
}

interface RejectTable {
  id: string;
  run_id: string;
  source_id: string;
  kind: 'venue' | 'performance' | 'ranking';
  field: string;
  value: string;
  /** Of the whole value: a correction is for this one and no other. */
  value_hash: string;
  reason: string;
  state: 'open' | 'corrected' | 'resolved' | 'ignored';
  correction: string | null;
  first_seen_at: Generated<Date>;
  last_seen_at: Generated<Date>;
}

interface HolidayTable {
  date: Day;
  name: string;
}

interface RankingTable {
  period: 'day' | 'week' | 'month';
  date: Day;
  /** Empty for all genres together. */
  genre: Genre | '';
  place: number;
  source_id: string;
  /** Null when the performance was not collected. */
  performance_id: string | null;
}

export interface CollectorTables {
  collector_runs: RunTable;
  collector_lease: LeaseTable;
  collector_jobs: JobTable;
  collector_rejects: RejectTable;
  holidays: HolidayTable;
  rankings: RankingTable;
}
