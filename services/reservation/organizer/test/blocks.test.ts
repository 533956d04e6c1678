import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import { waitFor } from '@ticketaka/platform/testing';
import { createSeatImage } from '../../seats/index.ts';
import { refusal } from '../../test/buyer.ts';
import { startWithServers } from '../../test/reservation-server.ts';
import { claimsOf, forgetPictures, openShow } from './box-office.ts';

let server: Awaited<ReturnType<typeof startWithServers>>;
/** What happens once, between the picture of a release and its commit. */
let beforeCommit: (() => Promise<unknown>) | undefined;
beforeAll(async () => {
  server = await startWithServers({
    image(options) {
      const image = createSeatImage(options);
      return {
        ...image,
        async unblock(...request) {
          const outcome = await image.unblock(...request);
          const once = beforeCommit;
          beforeCommit = undefined;
          await once?.();
          return outcome;
        },
      };
    },
  });
}, 90_000);
afterAll(() => server[Symbol.asyncDispose]());

const body = (units: readonly number[]) => ({ units: [...units], reason: '카메라' });

describe('seats that are held back', () => {
  it('are sold to nobody until they are released, and then at once', async () => {
    const { client, call, keyed, sessionId, person } = openShow(server);
    const made = (await client.block({ ...keyed(), body: body([0, 1]) })).body;
    expect(made).toMatchObject({ units: [0, 1], reason: '카메라', by: person.memberId });
    expect(await refusal(server.buyer().hold({ sessionId, seats: [1] }))).toMatchObject({ code: 'seats_taken' });
    expect(await claimsOf(server, sessionId)).toEqual(['0 blocked', '1 blocked']);
    const released = await client.releaseBlocks({ ...keyed(), body: { units: [1, 5] } });
    expect(released.body).toEqual({ units: [1] });
    // A replica's memory hears of it in a moment.
    expect((await waitFor(() => server.buyer().buy({ sessionId, seats: [1] }))).state).toBe('CONFIRMED');
    expect((await client.listBlocks(call)).body.blocks).toEqual([{ ...made, units: [0], at: expect.any(String) }]);
    expect(
      await server.database.query('SELECT action, unit FROM block_log WHERE session_id = ? ORDER BY id', [sessionId]),
    ).toEqual([
      { action: 'blocked', unit: 0 },
      { action: 'blocked', unit: 1 },
      { action: 'released', unit: 1 },
    ]);
  });

  it('are all of those asked for or none, and the others are named', async () => {
    const { client, keyed, sessionId } = openShow(server);
    await server.buyer().buy({ sessionId, seats: [2] });
    await server.buyer().hold({ sessionId, seats: [4] });
    expect(await refusal(client.block({ ...keyed(), body: body([1, 2, 3]) }))).toMatchObject({
      status: 409,
      code: 'seats_taken',
      extensions: { seats: [2] },
    });
    expect(await refusal(client.block({ ...keyed(), body: body([3, 4, 5]) }))).toMatchObject({
      status: 409,
      extensions: { seats: [4] },
    });
    expect(await claimsOf(server, sessionId)).toEqual(['2 sold']);
    await server.buyer().hold({ sessionId, seats: [1, 3, 5] });
    expect(await refusal(client.block({ ...keyed(), body: body([70]) }))).toMatchObject({ code: 'seats_invalid' });
  });

  it('may be held back again, and stay so when the picture is drawn anew', async () => {
    const { client, call, keyed, sessionId } = openShow(server);
    await client.block({ ...keyed(), body: body([0, 1]) });
    await client.block({ ...keyed(), body: { units: [1, 2], reason: '음향' } });
    const { blocks } = (await client.listBlocks(call)).body;
    expect(blocks.map(({ units, reason }) => [units, reason])).toEqual([
      [[0], '카메라'],
      [[1, 2], '음향'],
    ]);
    await forgetPictures(server);
    expect(await refusal(server.buyer().hold({ sessionId, seats: [2] }))).toMatchObject({ code: 'seats_taken' });
    await server.buyer().hold({ sessionId, seats: [3] });
  });

  it('are never held as well, however both are tried at once', async () => {
    const { client, keyed, sessionId } = openShow(server, { perMemberLimit: 10 });
    const units = Array.from({ length: 30 }, (_, unit) => unit);
    // Everybody wants two seats side by side, each of which another wants too.
    const pairs = units.slice(0, -1).map((unit) => [unit, unit + 1]);
    const [holds, blocks] = await Promise.all([
      Promise.allSettled(pairs.map((seats) => server.buyer().hold({ sessionId, seats }))),
      Promise.allSettled(pairs.map((seats) => client.block({ ...keyed(), body: body(seats) }))),
    ]);
    const held = holds.flatMap((each) => (each.status === 'fulfilled' ? each.value.seats.map(({ unit }) => unit) : []));
    const blocked = blocks.flatMap((each) => (each.status === 'fulfilled' ? each.value.body.units : []));
    expect(held.length + blocked.length).toBeGreaterThan(0);
    expect(held.filter((unit) => blocked.includes(unit))).toEqual([]);
    const rows = [...new Set(blocked)].toSorted((a, b) => a - b).map((unit) => `${unit} blocked`);
    expect(await claimsOf(server, sessionId)).toEqual(rows);
    for (const { reason } of [...holds, ...blocks].filter((each) => each.status === 'rejected'))
      expect(reason).toMatchObject({ code: 'seats_taken' });
  });

  it('could be held if they were in the table only, which is why the picture is asked as well', async () => {
    const { sessionId } = openShow(server);
    await server.buyer().hold({ sessionId, seats: [5] });
    await server.database.query("INSERT INTO seat_claims (session_id, unit, state) VALUES (?, 0, 'blocked')", [
      sessionId,
    ]);
    const buyer = server.buyer();
    const held = await buyer.hold({ sessionId, seats: [0] });
    // And never sold: the claim finds the row.
    expect(await refusal(buyer.book(held.id, `control-${newId()}`))).toMatchObject({ code: 'seats_taken' });
  });

  it('are released and held back at once without a seat that is both', async () => {
    const { client, keyed, sessionId } = openShow(server);
    await client.block({ ...keyed(), body: body([0, 1, 2, 3]) });
    await Promise.allSettled(
      Array.from({ length: 8 }, (_, round) =>
        round % 2 === 0
          ? client.releaseBlocks({ ...keyed(), body: { units: [0, 1, 2, 3] } })
          : client.block({ ...keyed(), body: body([0, 1, 2, 3]) }),
      ),
    );
    const isBlocked = (await claimsOf(server, sessionId)).length > 0;
    const hold = server.buyer().hold({ sessionId, seats: [0, 1, 2, 3] });
    if (isBlocked) expect(await refusal(hold)).toMatchObject({ code: 'seats_taken' });
    else expect((await hold).seats).toHaveLength(4);
  });

  it('can be bought once they are released, also when the picture was drawn anew meanwhile', async () => {
    const { client, keyed, sessionId } = openShow(server);
    await client.block({ ...keyed(), body: body([0, 1]) });
    beforeCommit = async () => {
      await forgetPictures(server);
      await server.buyer().hold({ sessionId, seats: [5] });
    };
    expect((await client.releaseBlocks({ ...keyed(), body: { units: [0, 1] } })).body).toEqual({ units: [0, 1] });
    expect(beforeCommit).toBeUndefined();
    expect(await claimsOf(server, sessionId)).toEqual([]);
    expect((await waitFor(() => server.buyer().buy({ sessionId, seats: [0, 1] }))).state).toBe('CONFIRMED');
  });

  it('are the business of the organiser of the session, and of admins', async () => {
    const { client, call, sessionId } = openShow(server);
    const asked = { params: { sessionId }, body: body([0]) };
    const other = server.buyer({ roles: ['organizer'] });
    expect(await refusal(other.client.block({ ...other.auth, ...asked, idempotencyKey: newId() }))).toMatchObject({
      status: 403,
      code: 'not_yours',
    });
    const plain = server.buyer();
    expect(await refusal(plain.client.listBlocks({ ...plain.auth, params: { sessionId } }))).toMatchObject({
      status: 403,
      code: 'forbidden',
    });
    const staff = server.buyer({ roles: ['staff'] });
    expect(await refusal(staff.client.listBlocks({ ...staff.auth, params: { sessionId } }))).toMatchObject({
      status: 403,
    });
    const admin = server.buyer({ roles: ['admin'] });
    await admin.client.block({ ...admin.auth, ...asked, idempotencyKey: newId() });
    expect((await client.listBlocks(call)).body.blocks).toHaveLength(1);
    const unknown = { ...admin.auth, params: { sessionId: newId() } };
    expect(await refusal(admin.client.listBlocks(unknown))).toMatchObject({ status: 404, code: 'session_not_found' });
  });
});
