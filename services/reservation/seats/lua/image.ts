import { changing } from './changing.ts';
import { keptMs, opening } from './opening.ts';

export const bits = `${opening}
local seen = redis.call('HMGET', h, 'version', 'units')
return {'bits', epoch, seen[1], seen[2], redis.call('GET', b)}
`;

/** ARGV: empty, most. How many ended, what is left to end, the next time, this time. */
export const sweep = `${opening}${changing}
local ended = reap(ARGV[2])
return {'swept', ended, redis.call('ZCARD', z) - 1, redis.call('HGET', h, 'due'), now}
`;

/**
 * Puts an image that was written aside in its place, at once, when it is whole and newer.
 * ARGV: epoch, name of the image aside, fields of its hash, bytes of its bitmap, members of its sorted set.
 */
export const open = `
local base, epoch = KEYS[1], ARGV[1]
local aside, image = base .. ':' .. ARGV[2], base .. ':' .. epoch
local function drop(name) redis.call('UNLINK', name .. ':h', name .. ':b', name .. ':z', name .. ':t') end
local current = redis.call('GET', base)
local d = base .. ':d'
local newest = redis.call('XREVRANGE', d, '+', '-', 'COUNT', 1)[1]
local streamEpoch, streamN = string.match(newest and newest[1] or '0-0', '^(%d+)-(%d+)$')
if (current and tonumber(current) >= tonumber(epoch)) or tonumber(streamEpoch) > tonumber(epoch) then
  drop(aside)
  return {'superseded', current or streamEpoch}
end
if redis.call('HLEN', aside .. ':h') ~= tonumber(ARGV[3]) or redis.call('STRLEN', aside .. ':b') ~= tonumber(ARGV[4])
  or redis.call('ZCARD', aside .. ':z') ~= tonumber(ARGV[5]) then
  drop(aside)
  return {'lost'}
end
if current then drop(base .. ':' .. current) end
drop(image)
for _, part in ipairs({':h', ':b', ':z'}) do
  redis.call('RENAME', aside .. part, image .. part)
  redis.call('PEXPIRE', image .. part, '${keptMs}')
end
local n = 1
if streamEpoch == epoch then n = streamN + 1 end
redis.call('HSET', image .. ':h', 'version', n)
redis.call('HSET', image .. ':h', 'due', redis.call('ZRANGE', image .. ':z', 0, 0, 'WITHSCORES')[2])
redis.call('XADD', d, epoch .. '-' .. n, 'r', '')
redis.call('PEXPIRE', d, '${keptMs}')
redis.call('SET', base, epoch, 'PX', '${keptMs}')
return {'rebuilt', epoch, n}
`;

/** KEYS[1] is the index of sessions. ARGV: session. Takes it out when its time is over. */
export const retire = `
local clock = redis.call('TIME')
local until_ = redis.call('ZSCORE', KEYS[1], ARGV[1])
if until_ and tonumber(until_) < clock[1] * 1000 then redis.call('ZREM', KEYS[1], ARGV[1]) end
return {'retired'}
`;
