import { changing } from './changing.ts';
import { keptChanges, keptMs, opening, reapedOnTheWay } from './opening.ts';

/** What was seen of the hash of the image. Whatever is due ends first. */
const looked = `${opening}
local seen = redis.call('HMGET', h, 'version', 'due', 'units', 'touch')
if now >= tonumber(seen[2]) then
  ${changing}
  reap(${reapedOnTheWay})
  seen = redis.call('HMGET', h, 'version', 'due', 'units', 'touch')
end
local last = tonumber(seen[3]) - 1
local n = (seen[1] + 1) .. ''
`;

/** What a hold answers to its own request, made again. */
const again = `
local function again(record, hash)
  local how, former = string.match(record, '^x|(%a+)|%d+|%d+|[^|]*|(.*)$')
  if how then return {hash == former and 'ended' or 'reused', how} end
  local exp, pin, seq, units, known =
    string.match(record, '^l|(%d+)|(%d+)|%d|(%d+)|[^|]*|([%d,]*)|[^|]*|[%d,]*|(.*)$')
  if hash ~= known then return {'reused'} end
  local due = math.max(exp, pin)
  if due <= now then return {'ended', 'expired'} end
  return {'held', epoch, seq, units, due, 1}
end
`;

/** Writes down all that was held, as one change: units in \`taken\`, fields of holds and members, and when they end. */
const keep = `
local function keep(taken, fields, ends)
  local ops = {}
  for _, unit in ipairs(taken) do
    local at = #ops
    ops[at + 1], ops[at + 2], ops[at + 3], ops[at + 4] = 'SET', 'u2', '#' .. unit, '1'
  end
  for first = 1, #ops, 2000 do redis.call('BITFIELD', b, unpack(ops, first, math.min(first + 1999, #ops))) end
  local soonest = seen[2]
  for i = 1, #ends, 2 do
    if tonumber(ends[i]) < tonumber(soonest) then soonest = ends[i] end
  end
  redis.call('HSET', h, 'version', n, 'due', soonest, unpack(fields))
  redis.call('ZADD', z, unpack(ends))
  redis.call('XADD', base .. ':d', 'MAXLEN', '~', '${keptChanges}', epoch .. '-' .. n, '1', table.concat(taken, ','))
  if now > tonumber(seen[4]) then
    for _, key in ipairs({base, base .. ':d', h, b, z, image .. ':t'}) do redis.call('PEXPIRE', key, '${keptMs}') end
    redis.call('HSET', h, 'touch', now + 86400000)
  end
end
`;

/** Lua's class of the bytes whose four units are all taken, the usual ones first: they are passed over in C. */
const full = (() => {
  const taken = (byte: number) => [0, 2, 4, 6].every((shift) => ((byte >> shift) & 3) !== 0);
  const rest = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => taken(byte));
  const escaped = [0xaa, 0x55, 0xff, ...rest].map((byte) => `${byte === 0x5d ? '%' : ''}\\${byte}`);
  return [...new Set(escaped)].join('');
})();

/** Which units of an offer a hold may have, and taking them out of it. */
const offers = `
local function offered(offer, member)
  local record = redis.call('HGET', h, 'o:' .. offer)
  local exp, owner, units = string.match(record or '', '^(%d+)|([^|]*)|([%d,]*)$')
  if not exp or owner ~= member or tonumber(exp) <= now then return end
  local mine = {}
  for unit in string.gmatch(units, '%d+') do mine[unit] = true end
  return mine, record
end

-- Answers which of the units came from there.
local function accept(offer, record, mine, units)
  local from, left = {}, {}
  for _, unit in ipairs(units) do
    if mine[unit] then
      from[#from + 1] = unit
      mine[unit] = nil
    end
  end
  local head, all = string.match(record, '^(%d+|[^|]*|)([%d,]*)$')
  for unit in string.gmatch(all, '%d+') do
    if mine[unit] then left[#left + 1] = unit end
  end
  redis.call('HSET', h, 'o:' .. offer, head .. table.concat(left, ','))
  return table.concat(from, ',')
end
`;

/**
 * The lowest free units of ranges. No unit of a range below its mark is free, so that a search begins where the last one
 * ended.
 */
const search = `
local knownMarks, marks, order
local function readMarks()
  knownMarks, marks, order = redis.call('HGET', h, 'w') or '', {}, {}
  for from, to, mark in string.gmatch(knownMarks, '(%d+):(%d+):(%d+);') do
    marks[from .. ':' .. to] = tonumber(mark)
    order[#order + 1] = from .. ':' .. to
  end
end

local function writeMarks()
  if not marks then return end
  local kept = {}
  for i = math.max(1, #order - 63), #order do kept[#kept + 1] = order[i] .. ':' .. marks[order[i]] .. ';' end
  kept = table.concat(kept)
  if kept ~= knownMarks then redis.call('HSET', h, 'w', kept) end
end

-- Ranges stand in ARGV from place on. Answers fewer units than wanted when there are no more.
local function lowestFree(quantity, place, count)
  if not marks then readMarks() end
  local chosen, ranges = {}, {}
  for r = place, place + 2 * count - 1, 2 do
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
          local free = math.floor(value / 4 ^ shift) % 4 == 0 and not isTaken[unit]
          if free and unit >= at and unit <= to and #chosen < quantity then
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
  return chosen
end
`;

/**
 * ARGV: empty, number of requests, and of each: epoch, hold, member, hash of the request, limit, ttl in ms, offer or
 * empty, how many units, number of sets, and the units of all its sets; the first set that is free is held. Without sets
 * the lowest free units of ranges are held: then there are the number of ranges, and first and last unit of each.
 *
 * They are answered in their order, as if each had come alone, but what they take is one change of the picture, and costs
 * hardly more than one of them.
 */
export const hold = `${looked}${again}${keep}
local holds, names, low, high = {}, {}, math.huge, -1
local at = 3
for i = 1, ARGV[2] do
  holds[i] = at
  names[2 * i - 1] = 'h:' .. ARGV[at + 1]
  names[2 * i] = 'm:' .. ARGV[at + 2]
  local first, sets = at + 9, tonumber(ARGV[at + 8])
  if sets == 0 then at = first + 1 + 2 * ARGV[first]
  else
    at = first + ARGV[at + 7] * sets
    for place = first, at - 1 do
      local unit = tonumber(ARGV[place])
      if unit < low then low = unit end
      if unit > high then high = unit end
    end
  end
end
local known = {}
for i, value in ipairs(redis.call('HMGET', h, unpack(names))) do known[names[i]] = value end
local lowest = math.floor(low / 4)
local bytes = high >= 0 and redis.call('GETRANGE', b, lowest, math.floor(high / 4))
local divisors = {[0] = 64, 16, 4, 1}
local taken, isTaken, fields, ends, members = {}, {}, {}, {}, {}
${offers}${search}
local function clashOf(first, size, mine)
  for i = first, first + size - 1 do
    local unit = tonumber(ARGV[i])
    local byte = string.byte(bytes, math.floor(unit / 4) - lowest + 1) or 0
    local state = isTaken[unit] and 1 or math.floor(byte / divisors[unit % 4]) % 4
    if (state ~= 0 and not (mine and mine[ARGV[i]])) or unit > last then return ARGV[i] end
  end
end

-- What is to be held, or why nothing is.
local function choose(at, mine)
  local size, sets, first = tonumber(ARGV[at + 7]), tonumber(ARGV[at + 8]), at + 9
  if sets == 0 then
    local chosen = lowestFree(size, first + 1, tonumber(ARGV[first]))
    if #chosen < size then return nil, {'short', #chosen} end
    return chosen
  end
  local conflict
  for place = first, first + size * (sets - 1), size do
    local clash = clashOf(place, size, mine)
    if not clash then return {unpack(ARGV, place, place + size - 1)} end
    conflict = conflict or clash
  end
  return nil, {'conflict', conflict}
end

local function answer(at)
  if ARGV[at] ~= epoch then return {'stale'} end
  local member, hash, offer, size = ARGV[at + 2], ARGV[at + 3], ARGV[at + 6], tonumber(ARGV[at + 7])
  local field, memberField = 'h:' .. ARGV[at + 1], 'm:' .. member
  if known[field] then return again(known[field], hash) end
  local count = tonumber(known[memberField] or 0)
  if count + size > tonumber(ARGV[at + 4]) then return {'limit', count} end
  local mine, record
  if offer ~= '' then mine, record = offered(offer, member) end
  local chosen, refusal = choose(at, mine)
  if not chosen then return refusal end
  local csv, exp = table.concat(chosen, ','), (now + ARGV[at + 5]) .. ''
  local from = mine and accept(offer, record, mine, chosen) or ''
  for _, unit in ipairs(chosen) do
    taken[#taken + 1] = unit
    isTaken[tonumber(unit)] = true
  end
  known[field] = 'l|' .. exp .. '|0|0|' .. n .. '|' .. member .. '|' .. csv .. '|' .. offer .. '|' .. from .. '|' .. hash
  known[memberField] = count + size
  members[memberField] = true
  fields[#fields + 1] = field
  fields[#fields + 1] = known[field]
  ends[#ends + 1] = exp
  ends[#ends + 1] = field
  return {'held', epoch, n, csv, exp, 0}
end

local answers = {'answers'}
for i, at in ipairs(holds) do answers[i + 1] = answer(at) end
writeMarks()
if #taken > 0 then
  for memberField in pairs(members) do
    fields[#fields + 1] = memberField
    fields[#fields + 1] = known[memberField] .. ''
  end
  keep(taken, fields, ends)
end
return answers
`;
