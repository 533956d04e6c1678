import type { ColumnType, Generated, JSONColumnType, Kysely } from 'kysely';
import type { CollectorTables } from '../collector/store/schema.ts';
import type { Genre, Region } from '../schemas/common.ts';

/** The database, or a transaction on it. */
export type Db = Kysely<Schema>;

/** MariaDB's JSON is written as text; the driver reads it back as a value. */
type Json<T extends object> = JSONColumnType<T>;
/** Written as `2026-12-24`. Read it with `DATE_FORMAT`: the driver would make it an instant. */
type Day = ColumnType<Date, string, string>;

interface Versioned {
  version: Generated<number>;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
}

/** What the collector knows it by. Null for what an organiser made. */
interface Collected {
  source_id: Generated<string | null>;
  /** Of the record as it was read last, so that a change is seen. */
  source_hash: Generated<string | null>;
}

interface VenueTable extends Versioned, Collected {
  id: string;
  name: string;
  region: Region;
  address: string;
  latitude: number | null;
  longitude: number | null;
  phone: string | null;
  url: string | null;
  /** Null when it was collected. */
  creator_id: string | null;
}

interface HallTable extends Versioned {
  id: string;
  venue_id: string;
  name: string;
  creator_id: string | null;
}

export interface SectionSummary {
  readonly name: string;
  readonly kind: 'seated' | 'standing';
  readonly units: number;
}

/** Never changed once it is there. */
interface SeatMapTable {
  id: string;
  hall_id: string;
  name: string;
  units: number;
  sections: Json<readonly SectionSummary[]>;
  /** The SeatMapDocument as JSON, Brotli. */
  document: Buffer;
  creator_id: string | null;
  created_at: Generated<Date>;
}

interface PerformanceTable extends Versioned, Collected {
  id: string;
  title_ko: string;
  title_en: string | null;
  genre: Genre;
  venue_id: string;
  start_date: Day;
  end_date: Day;
  cast: Json<readonly string[]>;
  crew: Json<readonly string[]>;
  age_limit: number;
  running_minutes: number | null;
  synopsis: string;
  schedule_text: Generated<string | null>;
  cancellation_policy: 'standard' | 'play' | 'none';
  organizer_id: string | null;
  organizer_name: Generated<string | null>;
  source: 'organizer' | 'kopis';
  cancelled_at: Generated<Date | null>;
}

interface SessionTable extends Versioned {
  id: string;
  performance_id: string;
  starts_at: Date;
  hall_id: string;
  seat_map_id: string | null;
  /** Units that can be sold. 0 without a seat map. */
  capacity: number;
  /** For each unit the position of its grade, −1 where blocked: [position, count, …]. */
  grade_runs: Json<readonly number[]>;
  per_member_limit: number;
  cancelled_at: Generated<Date | null>;
}

export interface RowOfSection {
  readonly section: string;
  readonly row: string;
}

interface GradeTable {
  session_id: string;
  position: number;
  grade: string;
  price: number;
  units: number;
  sections: Json<readonly string[]>;
  section_rows: Json<readonly RowOfSection[]>;
}

interface SaleWindowTable {
  session_id: string;
  position: number;
  kind: 'presale' | 'general';
  name: string | null;
  opens_at: Date;
  closes_at: Date;
  code_salt: Buffer | null;
  /** SHA-256 of salt and code. */
  code_hash: Buffer | null;
}

interface PosterTable {
  id: string;
  performance_id: string;
  /** In pixels, ascending. */
  widths: Json<readonly number[]>;
  created_at: Generated<Date>;
}

/** Rows are added, never changed or deleted. */
interface AuditTable {
  id: Generated<number>;
  at: Generated<Date>;
  /** A member's id, or `collector`. */
  actor: string;
  action: string;
  subject_kind: string;
  subject_id: string;
  /** Whose history it belongs to; null for what many performances share. */
  performance_id: string | null;
  before_change: ColumnType<unknown, string | null, never>;
  after_change: ColumnType<unknown, string | null, never>;
}

export interface Schema extends CollectorTables {
  venues: VenueTable;
  halls: HallTable;
  seat_maps: SeatMapTable;
  performances: PerformanceTable;
  sessions: SessionTable;
  grades: GradeTable;
  sale_windows: SaleWindowTable;
  posters: PosterTable;
  audit: AuditTable;
}
