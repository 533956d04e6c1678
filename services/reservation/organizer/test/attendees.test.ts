import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import { waitFor } from '@ticketaka/platform/testing';
import { refusal } from '../../test/buyer.ts';
import { startWithServers } from '../../test/reservation-server.ts';
import { openShow } from './box-office.ts';

let server: Awaited<ReturnType<typeof startWithServers>>;
beforeAll(async () => {
  server = await startWithServers();
}, 90_000);
afterAll(() => server[Symbol.asyncDispose]());

async function named(name: string) {
  const buyer = server.buyer();
  // Known to the service, as every buyer is, and then called what is wanted.
  await buyer.buy({ sessionId: openShow(server, { grades: [['초대', 0, 70]] }).sessionId, seats: [0] });
  await server.database.query('UPDATE buyers SET name = ? WHERE member_id = ?', [name, buyer.memberId]);
  return buyer;
}

describe('the list of who comes', () => {
  it('has each seat once, page by page', async () => {
    const { client, call, keyed, sessionId } = openShow(server);
    const buyers = await Promise.all([named('박서준'), named('이하늘')]);
    await buyers[0]?.buy({ sessionId, seats: [4, 1] });
    const second = await buyers[1]?.buy({ sessionId, seats: [2, 3, 40] });
    const guest = newId();
    await client.giveComplimentary({ ...keyed(), body: { units: [0], memberId: guest } });
    const cancelled = second?.tickets.find(({ unit }) => unit === 3)?.id ?? '';
    const params = { reservationId: second?.id ?? '' };
    const given = { params, idempotencyKey: newId(), body: { ticketIds: [cancelled] } };
    await buyers[1]?.client.cancel({ ...buyers[1].auth, ...given });
    const pages: unknown[][] = [];
    for (let cursor: string | undefined; ; ) {
      const query = { limit: 4, ...(cursor !== undefined && { cursor }) };
      const { body } = await client.listAttendees({ ...call, query });
      pages.push(body.attendees);
      cursor = body.next;
      if (cursor === undefined) break;
    }
    expect(pages.map((page) => page.length)).toEqual([4, 2]);
    expect(pages.flat()).toMatchObject([
      { name: '김지우', kind: 'complimentary', state: 'valid', label: { section: 'A', row: '1', number: '1' } },
      { name: '박서준', kind: 'bought', grade: 'VIP', label: { number: '2' }, checkedInAt: null },
      { name: '이하늘', label: { number: '3' } },
      { name: '이하늘', state: 'cancelled', ticketId: cancelled, label: { number: '4' } },
      { name: '박서준', label: { number: '5' } },
      { name: '이하늘', grade: '스탠딩', label: { section: 'F', number: '11' } },
    ]);
    expect(await refusal(client.listAttendees({ ...call, query: { cursor: '7.x' } }))).toMatchObject({ status: 400 });
  });

  it('has neither those who only hold, nor those who never paid, nor the names of those who left', async () => {
    const { client, call, sessionId } = openShow(server);
    await server.buyer().hold({ sessionId, seats: [0] });
    server.desk.behaviour = 'lose-answer';
    const waiting = server.buyer();
    await waiting.book((await waiting.hold({ sessionId, seats: [1] })).id, `list-${newId()}`);
    server.desk.behaviour = 'approve';
    const gone = server.buyer();
    await gone.buy({ sessionId, seats: [2] });
    server.neighbours.left.add(gone.memberId);
    // The mail about the booking may be asking who that is just now.
    await waitFor(async () => {
      await server.database.query('DELETE FROM buyers WHERE member_id = ?', [gone.memberId]);
      const { attendees } = (await client.listAttendees(call)).body;
      expect(attendees).toMatchObject([{ name: null, label: { number: '3' } }]);
      return true;
    });
  });

  it('can be opened by a spreadsheet, which runs none of the names', async () => {
    const { sessionId, person } = openShow(server);
    const names = [
      '=HYPERLINK("http://evil.example","x")',
      '+1',
      '-1',
      '@SUM(A1)',
      '"quoted", said',
      "O'Neill",
      '\t=1',
    ];
    const buyers = await Promise.all(names.map((name) => named(name)));
    for (const [unit, buyer] of buyers.entries()) await buyer.buy({ sessionId, seats: [unit] });
    const path = `/api/reservations/manage/sessions/${sessionId}/attendees.csv`;
    const response = await fetch(`${server.url}${path}`, {
      headers: { authorization: `Bearer ${person.auth.token}`, 'accept-language': 'ko' },
    });
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(response.headers.get('content-disposition')).toContain('attachment');
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes.subarray(0, 3).toString('hex')).toBe('efbbbf');
    const lines = bytes.subarray(3).toString('utf8').split('\r\n');
    expect(lines[0]).toBe('티켓,예매,이름,구역,층,열,번호,등급,구분,상태,입장 시각');
    expect(lines).toHaveLength(names.length + 2);
    const shown = lines.slice(1, -1).map((line) => line.split(',').slice(2).join(','));
    const rest = (unit: number) => `,A,1,1,${unit + 1},VIP,bought,valid,`;
    expect(shown).toEqual(
      [
        `"'=HYPERLINK(""http://evil.example"",""x"")"`,
        `'+1`,
        `'-1`,
        `'@SUM(A1)`,
        `"""quoted"", said"`,
        `O'Neill`,
        `"'\t=1"`,
      ].map((name, unit) => name + rest(unit)),
    );
  });

  it('is the business of the organiser', async () => {
    const { sessionId } = openShow(server);
    for (const [buyer, code] of [
      [server.buyer({ roles: ['organizer'] }), 'not_yours'],
      [server.buyer({ roles: ['staff'] }), 'forbidden'],
      [server.buyer(), 'forbidden'],
    ] as const) {
      const asked = { ...buyer.auth, params: { sessionId } };
      expect(await refusal(buyer.client.listAttendees(asked))).toMatchObject({ status: 403, code });
      expect(await refusal(buyer.client.exportAttendees(asked))).toMatchObject({ status: 403, code });
    }
  });
});
