import { changing } from './changing.ts';
import { keptChanges, keptMs, opening, reapedOnTheWay } from './opening.ts';

/**
 * ARGV: epoch, hold, member, hash of the request, limit, ttl in ms, offer or empty, and what `choice` reads.
 * The way of a buyer whose seats are free is short: what is rare is compiled but not run.
 */
const beginning = `${opening}
local field, memberField = 'h:' .. ARGV[2], 'm:' .. ARGV[3]
local seen = redis.call('HMGET', h, 'version', 'due', field, memberField, 'units', 'touch')
if now >= tonumber(seen[2]) then
  ${changing}
  reap(${reapedOnTheWay})
  seen = redis.call('HMGET', h, 'version', 'due', field, memberField, 'units', 'touch')
end
if seen[3] then
  local record = seen[3]
  local how, hash = string.match(record, '^x|(%a+)|%d+|%d+|[^|]*|(.*)$')
  if how then return {hash == ARGV[4] and 'ended' or 'reused', how} end
  local exp, pin, seq, units, hash =
    string.match(record, '^l|(%d+)|(%d+)|%d|(%d+)|[^|]*|([%d,]*)|[^|]*|[%d,]*|(.*)$')
  if hash ~= ARGV[4] then return {'reused'} end
  local due = math.max(exp, pin)
  if due <= now then return {'ended', 'expired'} end
  return {'held', epoch, seq, units, due, 1}
end
local taken = tonumber(seen[4] or 0)
local last = tonumber(seen[5]) - 1
local mine, offerRecord
if ARGV[7] ~= '' then
  offerRecord = redis.call('HGET', h, 'o:' .. ARGV[7])
  local exp, member, units = string.match(offerRecord or '', '^(%d+)|([^|]*)|([%d,]*)$')
  if exp and member == ARGV[3] and tonumber(exp) > now then
    mine = {}
    for unit in string.gmatch(units, '%d+') do mine[unit] = true end
  end
end
`;

/** Takes `size`, `csv`, and `offered`: which of them came from an offer. */
const record = `
local n = (seen[1] + 1) .. ''
local exp = (now + ARGV[6]) .. ''
redis.call(
  'HSET', h, 'version', n, memberField, (taken + size) .. '',
  field, 'l|' .. exp .. '|0|0|' .. n .. '|' .. ARGV[3] .. '|' .. csv .. '|' .. ARGV[7] .. '|' .. offered .. '|' .. ARGV[4]
)
redis.call('ZADD', z, exp, field)
redis.call('XADD', base .. ':d', 'MAXLEN', '~', '${keptChanges}', epoch .. '-' .. n, '1', csv)
if tonumber(exp) < tonumber(seen[2]) then redis.call('HSET', h, 'due', exp) end
if now > tonumber(seen[6]) then
  for _, key in ipairs({base, base .. ':d', h, b, z, image .. ':t'}) do redis.call('PEXPIRE', key, '${keptMs}') end
  redis.call('HSET', h, 'touch', now + 86400000)
end
return {'held', epoch, n, csv, exp, 0}
`;

/** The call for sets of up to eight units, which are nearly all: a table that grows costs as much as the call. */
const bitfield = (command: string, operation: string, value: string) => {
  const one = (unit: string) => `'${operation}', 'u2', '#' .. ${unit}${value}`;
  const short = Array.from({ length: 8 }, (_, place) => place + 1).map((size) => {
    const units = Array.from({ length: size }, (_, place) => `from[first + ${place}]`);
    return `if size == ${size} then return redis.call('${command}', b, ${units.map(one).join(', ')}) end`;
  });
  return `
    ${short.join('\n')}
    local ops = {}
    for i = first, first + size - 1 do
      for _, word in ipairs({${one('from[i]')}}) do ops[#ops + 1] = word end
    end
    return redis.call('${command}', b, unpack(ops))`;
};
const read = `local function read(from, first, size) ${bitfield('BITFIELD_RO', 'GET', '')} end`;
const write = `local function write(from, first, size) ${bitfield('BITFIELD', 'SET', ", '1'")} end`;

/** Then: units of each set, and the units of all sets. */
export const hold = `${beginning}
${read}
${write}
local size = tonumber(ARGV[8])
if taken + size > tonumber(ARGV[5]) then return {'limit', taken} end
local conflict
for first = 9, #ARGV, size do
  local states = read(ARGV, first, size)
  local clash
  for i = 1, size do
    local unit = ARGV[first + i - 1]
    if (states[i] ~= 0 and not (mine and mine[unit])) or tonumber(unit) > last then
      clash = unit
      break
    end
  end
  if not clash then
    local csv = table.concat(ARGV, ',', first, first + size - 1)
    local offered = ''
    if mine then
      local from, left = {}, {}
      for unit in string.gmatch(csv, '%d+') do
        if mine[unit] then
          from[#from + 1] = unit
          mine[unit] = nil
        end
      end
      offered = table.concat(from, ',')
      local head, units = string.match(offerRecord, '^(%d+|[^|]*|)([%d,]*)$')
      for unit in string.gmatch(units, '%d+') do
        if mine[unit] then left[#left + 1] = unit end
      end
      redis.call('HSET', h, 'o:' .. ARGV[7], head .. table.concat(left, ','))
    end
    write(ARGV, first, size)
    ${record}
  end
  conflict = conflict or clash
end
return {'conflict', conflict}
`;

/** Lua's class of the bytes whose four units are all taken, the usual ones first: they are passed over in C. */
const full = (() => {
  const taken = (byte: number) => [0, 2, 4, 6].every((shift) => ((byte >> shift) & 3) !== 0);
  const rest = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => taken(byte));
  const escaped = [0xaa, 0x55, 0xff, ...rest].map((byte) => `${byte === 0x5d ? '%' : ''}\\${byte}`);
  return [...new Set(escaped)].join('');
})();

/**
 * Then: quantity, and first and last unit of each range. Takes the lowest free units. No unit of a range below its mark
 * is free, so that a search begins where the last one ended.
 */
export const holdAny = `${beginning}
${write}
local quantity = tonumber(ARGV[8])
if taken + quantity > tonumber(ARGV[5]) then return {'limit', taken} end
local known = redis.call('HGET', h, 'w') or ''
local marks, order = {}, {}
for from, to, mark in string.gmatch(known, '(%d+):(%d+):(%d+);') do
  marks[from .. ':' .. to] = tonumber(mark)
  order[#order + 1] = from .. ':' .. to
end
local chosen, ranges = {}, {}
for r = 9, #ARGV, 2 do
  local from, to = tonumber(ARGV[r]), math.min(tonumber(ARGV[r + 1]), last)
  local name = ARGV[r] .. ':' .. ARGV[r + 1]
  if not marks[name] then
    order[#order + 1] = name
    marks[name] = from
  end
  local at = marks[name]
  local lowest, highest
  while #chosen < quantity and at <= to do
    local byte = math.floor(at / 4)
    local chunk = redis.call('GETRANGE', b, byte, math.min(byte + 1023, math.floor(to / 4)))
    local place = string.find(chunk, '[^${full}]')
    while place and #chosen < quantity do
      local value = string.byte(chunk, place)
      local unit = (byte + place - 1) * 4
      for shift = 3, 0, -1 do
        if math.floor(value / 4 ^ shift) % 4 == 0 and unit >= at and unit <= to and #chosen < quantity then
          chosen[#chosen + 1] = unit .. ''
          lowest = lowest or unit
          highest = unit
        end
        unit = unit + 1
      end
      place = string.find(chunk, '[^${full}]', place + 1)
    end
    if not place then at = (byte + #chunk) * 4 end
  end
  if at > marks[name] or lowest then
    ranges[#ranges + 1] = {name = name, lowest = lowest or to + 1, after = #chosen < quantity and to + 1 or highest + 1}
  end
end
local enough = #chosen == quantity
for _, range in ipairs(ranges) do marks[range.name] = enough and range.after or range.lowest end
local kept = {}
for i = math.max(1, #order - 63), #order do kept[#kept + 1] = order[i] .. ':' .. marks[order[i]] .. ';' end
kept = table.concat(kept)
if kept ~= known then redis.call('HSET', h, 'w', kept) end
if not enough then return {'short', #chosen} end
local size, csv, offered = quantity, table.concat(chosen, ','), ''
write(chosen, 1, size)
${record}
`;
