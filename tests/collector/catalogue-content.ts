import type { TestDatabase } from '@ticketaka/platform/testing';

type Rows = readonly Readonly<Record<string, unknown>>[];

/** What was collected, without what differs from run to run: ids, versions and times of writing. By source id. */
export async function contentOf({
  database,
}: {
  readonly database: TestDatabase;
}): Promise<Readonly<Record<string, ReadonlyMap<string, string>>>> {
  const venues = await rows(`
    SELECT source_id AS id, name, region, address, latitude, longitude, phone, url, source_hash FROM venues`);
  const performances = await rows(`
    SELECT p.source_id AS id, title_ko, title_en, genre, v.source_id AS venue, start_date, end_date, cast, crew,
      age_limit, running_minutes, synopsis, schedule_text, organizer_name, p.source_hash, cancelled_at IS NULL AS held
    FROM performances p JOIN venues v ON v.id = p.venue_id`);
  const sessions = await rows(`
    SELECT CONCAT(p.source_id, ' ', s.starts_at, ' ', h.name) AS id, s.capacity, s.cancelled_at IS NULL AS held,
      GROUP_CONCAT(CONCAT(g.grade, ' ', g.price) ORDER BY g.position SEPARATOR ', ') AS prices
    FROM sessions s JOIN performances p ON p.id = s.performance_id JOIN halls h ON h.id = s.hall_id
      JOIN grades g ON g.session_id = s.id
    GROUP BY s.id`);
  const rankings = await rows(`
    SELECT CONCAT(period, ' ', date, ' ', genre, ' ', place) AS id, source_id
    FROM rankings WHERE date = (SELECT MAX(date) FROM rankings)`);
  const holidays = await rows('SELECT date AS id, name FROM holidays');
  const rejects = await rows(`
    SELECT CONCAT(source_id, ' ', field) AS id, value, reason, state FROM collector_rejects WHERE state <> 'resolved'`);
  return { venues, performances, sessions, rankings, holidays, rejects };

  async function rows(sql: string): Promise<ReadonlyMap<string, string>> {
    // The driver gives rows as objects.
    const found = (await database.query(sql)) as Rows;
    return new Map(
      found.map(({ id, ...values }) => [
        id instanceof Date ? id.toISOString() : String(id),
        JSON.stringify(values, (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value)),
      ]),
    );
  }
}
