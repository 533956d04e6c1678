import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@ticketaka/platform/testing';
import { forgetPictures } from '../../organizer/test/box-office.ts';
import { refusal } from '../../test/buyer.ts';
import { startWithServers } from '../../test/reservation-server.ts';
import { makeShow, type Show, sections } from '../../test/shows.ts';

let server: Awaited<ReturnType<typeof startWithServers>>;
beforeAll(async () => {
  server = await startWithServers();
}, 90_000);
afterAll(() => server[Symbol.asyncDispose]());

const grades = [
  ['VIP', 140_000, 10],
  ['R', 99_000, 20],
] as const;
const [seated] = sections;
/** With so many standing places behind the thirty seats. */
function hall(capacity: number, show?: Show): Show {
  const made = makeShow({
    sections: [...(seated ? [seated] : []), { kind: 'standing', name: 'F', capacity }],
    grades: [...grades, ['스탠딩', 50_000, capacity]],
  });
  if (!show) return server.neighbours.add(made);
  const { capacity: all, seatMapId } = made.session;
  const session = { ...show.session, capacity: all, seatMapId };
  return server.neighbours.add({ ...show, session, map: made.map, version: show.version + 1 });
}

/** How many units a replica shows. */
async function shown({ session }: Show, url: string) {
  const answer = await fetch(`${url}/api/reservations/sessions/${session.id}/availability`);
  await answer.arrayBuffer();
  return Number(answer.headers.get('availability-units'));
}

describe('a session that is given another seat map', () => {
  it('is shown and sold with it, though it was shown with the one before', async () => {
    const show = hall(40);
    const sessionId = show.session.id;
    const early = server.buyer();
    await early.buy({ sessionId, seats: [0] });
    expect(await shown(show, server.url)).toBe(70);
    hall(80, show);
    const url = await server.startApi();
    expect(await shown(show, url)).toBe(110);
    const buyer = server.buyer({ at: url });
    expect(await buyer.buy({ sessionId, seats: [109] })).toMatchObject({ tickets: [{ unit: 109 }] });
    expect(await refusal(buyer.hold({ sessionId, seats: [0] }))).toMatchObject({ code: 'seats_taken' });
  });

  it('is sold without the seats that there are no more', async () => {
    const show = hall(40);
    const sessionId = show.session.id;
    await server.buyer().buy({ sessionId, seats: [69] });
    hall(20, show);
    const url = await server.startApi();
    await waitFor(async () => (await shown(show, url)) === 50);
    const buyer = server.buyer({ at: url });
    await forgetPictures(server);
    expect(await waitFor(() => buyer.hold({ sessionId, seats: [49] }))).toMatchObject({ seats: [{ unit: 49 }] });
    expect(await refusal(buyer.hold({ sessionId, seats: [50] }))).toMatchObject({ code: 'seats_invalid' });
  });
});
