import { randomUUID } from 'node:crypto';
import type { Redis } from '@ticketaka/platform/redis';
import { bitmapBytes, type UnitState, unitState, writeUnit } from './bitmap.ts';
import { imageKey } from './keys.ts';
import { type Script, whole } from './script.ts';
import { lastEpoch, sequenceOf } from './sequence.ts';
import type { ClaimedUnit, RebuildOutcome, RebuildRequest, TakenUnit } from './types.ts';

const pairsPerCommand = 1_000;
const commandsPerPipeline = 8;
/** What a rebuild that was broken off leaves behind goes by itself. */
const asideMs = 600_000;
/** Keeps the sorted set from ever being empty, and so from losing its TTL. */
const never = Number.MAX_SAFE_INTEGER;

const states: Readonly<Record<TakenUnit['state'], UnitState>> = {
  claimed: unitState.taken,
  sold: unitState.taken,
  blocked: unitState.blocked,
  offered: unitState.held,
};

/** `seq|member` of a claim, `0` for a number that is not known; empty when nobody owns it. */
export function ownerOf(taken: ClaimedUnit): string {
  if (taken.state === 'blocked' || (taken.memberId === undefined && taken.seq === undefined)) return '';
  return `${taken.seq ?? 0}|${taken.memberId ?? ''}`;
}

/** Writes an image aside, under a name of its own, and has `open` put it in its place. */
export async function rebuildImage(
  { redis, open }: { readonly redis: Redis; readonly open: Script },
  sessionId: string,
  request: RebuildRequest,
): Promise<RebuildOutcome> {
  const { epoch } = request;
  if (!Number.isSafeInteger(epoch) || epoch < 1 || epoch > lastEpoch) throw new RangeError(`${epoch} is no epoch`);
  const { bitmap, fields, ends } = drawImage(request);
  const base = imageKey(sessionId);
  const aside = `aside:${randomUUID()}`;
  await redis.set(`${base}:${aside}:b`, bitmap, 'PX', asideMs);
  await writeAside(redis, ['hset', `${base}:${aside}:h`], [...fields]);
  const scores = [...ends].map(([member, at]) => [String(at), member] as const);
  await writeAside(redis, ['zadd', `${base}:${aside}:z`], scores);
  const [kind, ...values] = await open(base, epoch, aside, fields.size, bitmap.length, ends.size);
  if (kind === 'rebuilt') return { kind, version: sequenceOf(epoch, whole(values[1])) };
  return kind === 'superseded' ? { kind, epoch: whole(values[0]) } : { kind: 'lost' };
}

function drawImage({ units, taken, settled = [] }: RebuildRequest) {
  const bitmap = Buffer.alloc(bitmapBytes(units));
  // `version` and `due` are set when it is opened; named here so that all fields can be counted.
  const fields = new Map([
    ['units', String(units)],
    ['touch', '0'],
    ['version', '0'],
    ['due', '0'],
  ]);
  const ends = new Map([['-', never]]);
  const members = new Map<string, number>();
  const offers = new Map<string, { readonly head: string; readonly units: number[] }>();
  for (const each of taken) {
    if (!Number.isSafeInteger(each.unit) || each.unit < 0 || each.unit >= units)
      throw new RangeError(`unit ${each.unit}`);
    writeUnit(bitmap, each.unit, states[each.state]);
    if (each.state === 'offered') {
      const offer = offers.get(each.offerId) ?? { head: `${each.expiresAtMs}|${each.memberId}`, units: [] };
      offer.units.push(each.unit);
      offers.set(each.offerId, offer);
      ends.set(`o:${each.offerId}`, each.expiresAtMs);
      continue;
    }
    const owner = ownerOf(each);
    if (owner !== '') fields.set(`u:${each.unit}`, owner);
    if (each.state !== 'blocked' && each.memberId !== undefined)
      members.set(each.memberId, (members.get(each.memberId) ?? 0) + 1);
  }
  for (const [id, { head, units: offered }] of offers) fields.set(`o:${id}`, `${head}|${offered.join(',')}`);
  for (const [member, count] of members) fields.set(`m:${member}`, String(count));
  for (const { holdId, memberId, requestHash } of settled)
    fields.set(`h:${holdId}`, `x|settled|0|0|${memberId}|${requestHash}`);
  return { bitmap, fields, ends };
}

/** In pieces, so that no other command waits long behind one. */
async function writeAside(redis: Redis, [command, key]: readonly [string, string], pairs: readonly Pair[]) {
  const commands: string[][] = [];
  for (let at = 0; at < pairs.length; at += pairsPerCommand)
    commands.push([command, key, ...pairs.slice(at, at + pairsPerCommand).flat()]);
  for (let at = 0; at < commands.length; at += commandsPerPipeline) {
    const part = [...commands.slice(at, at + commandsPerPipeline), ['pexpire', key, String(asideMs)]];
    const results = (await redis.pipeline(part).exec()) ?? [];
    const failed = results.find(([error]) => error !== null);
    if (failed) throw failed[0];
  }
}

type Pair = readonly [string, string];
