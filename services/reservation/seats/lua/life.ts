import { changing } from './changing.ts';
import { opening } from './opening.ts';

/** ARGV: empty, hold, member or empty for any, sequence number as `<epoch>-<n>` or empty for any. */
const found = (overdue: boolean) => `${opening}${changing}
local field = 'h:' .. ARGV[2]
local record = redis.call('HGET', h, field)
if not record then return {'absent'} end
local how, buriedSeq, buriedMember = string.match(record, '^x|(%a+)|%d+|(%d+)|([^|]*)|')
local hold = parse(record)
if ARGV[3] ~= '' and ARGV[3] ~= (buriedMember or hold.member) then return {'absent'} end
if ARGV[4] ~= '' and ARGV[4] ~= epoch .. '-' .. (buriedSeq or hold.seq) then return {'absent'} end
if how then return {'ended', how} end
${overdue ? '' : "if hold.due <= now then return {'ended', 'expired'} end"}
`;

export const get = `${found(false)}
return {'held', epoch, hold.seq, hold.units, hold.due, hold.member, hold.extended, hold.pin > now and 1 or 0, hold.offer}
`;

/** Then: ttl in ms. */
export const extend = `${found(false)}
local kind = 'spent'
if hold.extended == '0' then
  kind = 'extended'
  hold.extended = '1'
  hold.exp = math.max(hold.exp, now + ARGV[5])
  hold.due = math.max(hold.exp, hold.pin)
  store(field, hold)
  redis.call('ZADD', z, hold.due, field)
end
return {kind, epoch, hold.seq, hold.units, hold.due}
`;

export const release = `${found(false)}
if hold.pin > now then return {'pinned'} end
endHold(field, hold, 'released')
free()
publish()
return {'released'}
`;

/** Then: ms. */
export const pin = `${found(false)}
hold.pin = math.max(hold.pin, now + ARGV[5])
hold.due = math.max(hold.exp, hold.pin)
store(field, hold)
redis.call('ZADD', z, hold.due, field)
return {'pinned', epoch, hold.seq, hold.units, hold.due}
`;

export const unpin = `${found(false)}
hold.pin = 0
store(field, hold)
dueAt(field, hold.exp)
return {'unpinned', epoch, hold.seq, hold.units, hold.exp}
`;

/** Then: sequence number as it is remembered. Until it is reaped an overdue hold has its units to itself. */
export const settle = `${found(true)}
local units = list(hold.units)
local owners = {}
for _, unit in ipairs(units) do
  owners[#owners + 1] = 'u:' .. unit
  owners[#owners + 1] = ARGV[5] .. '|' .. hold.member
end
redis.call('HSET', h, unpack(owners))
bury(field, hold, 'settled')
set(units, '2')
publish()
return {'settled'}
`;
