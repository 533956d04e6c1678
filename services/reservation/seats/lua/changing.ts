import { keptChanges, keptMs, rememberedHolds, rememberedMs } from './opening.ts';

/** For scripts that change the picture. Each change of units is one version, and one entry of the stream. */
export const changing = `
local changes, freed = {}, {}

local function lowerMarks(units)
  local marks = redis.call('HGET', h, 'w')
  if not marks then return end
  local lowered = string.gsub(marks, '(%d+):(%d+):(%d+);', function(from, to, mark)
    local first, last, lowest = tonumber(from), tonumber(to), tonumber(mark)
    for i = 1, #units do
      local unit = tonumber(units[i])
      if unit >= first and unit <= last and unit < lowest then lowest = unit end
    end
    return from .. ':' .. to .. ':' .. lowest .. ';'
  end)
  if lowered ~= marks then redis.call('HSET', h, 'w', lowered) end
end

local function set(units, state)
  if #units == 0 then return end
  for first = 1, #units, 500 do
    local ops = {}
    for i = first, math.min(first + 499, #units) do
      ops[#ops + 1] = 'SET'
      ops[#ops + 1] = 'u2'
      ops[#ops + 1] = '#' .. units[i]
      ops[#ops + 1] = state
    end
    redis.call('BITFIELD', b, unpack(ops))
  end
  if state == '0' then lowerMarks(units) end
  changes[#changes + 1] = state
  changes[#changes + 1] = table.concat(units, ',')
end

local function publish()
  if #changes == 0 then return end
  local n = redis.call('HINCRBY', h, 'version', 1)
  redis.call('XADD', base .. ':d', 'MAXLEN', '~', '${keptChanges}', epoch .. '-' .. n, unpack(changes))
  changes = {}
  return n
end

local function count(member, by)
  if member == '' or by == 0 then return end
  if redis.call('HINCRBY', h, 'm:' .. member, by) <= 0 then redis.call('HDEL', h, 'm:' .. member) end
end

local function dueAt(field, at)
  redis.call('ZADD', z, at, field)
  if at < tonumber(redis.call('HGET', h, 'due')) then redis.call('HSET', h, 'due', at) end
end

local function statesOf(units)
  local states = {}
  for first = 1, #units, 500 do
    local ops = {}
    for i = first, math.min(first + 499, #units) do
      ops[#ops + 1] = 'GET'
      ops[#ops + 1] = 'u2'
      ops[#ops + 1] = '#' .. units[i]
    end
    for _, state in ipairs(redis.call('BITFIELD_RO', b, unpack(ops))) do states[#states + 1] = state end
  end
  return states
end

local function list(csv)
  local units = {}
  for unit in string.gmatch(csv, '%d+') do units[#units + 1] = unit end
  return units
end

local function parse(record)
  local exp, pin, extended, seq, member, units, offer, offered, hash =
    string.match(record, '^l|(%d+)|(%d+)|(%d)|(%d+)|([^|]*)|([%d,]*)|([^|]*)|([%d,]*)|(.*)$')
  if not exp then return nil end
  exp, pin = tonumber(exp), tonumber(pin)
  return {
    exp = exp, pin = pin, due = math.max(exp, pin), extended = extended, seq = seq, member = member,
    units = units, offer = offer, offered = offered, hash = hash,
  }
end

local function store(field, hold)
  redis.call('HSET', h, field, table.concat({
    'l', hold.exp, hold.pin, hold.extended, hold.seq, hold.member, hold.units, hold.offer, hold.offered, hold.hash,
  }, '|'))
end

-- Remembers that a hold ended. Each time up to two of the oldest are forgotten, so that what is remembered shrinks.
local function bury(field, hold, how)
  redis.call('HSET', h, field, table.concat({'x', how, now, hold.seq, hold.member, hold.hash}, '|'))
  redis.call('ZREM', z, field)
  local t = image .. ':t'
  local length = redis.call('RPUSH', t, field)
  if length == 1 then redis.call('PEXPIRE', t, '${keptMs}') end
  for _ = 1, 2 do
    local oldest = redis.call('LINDEX', t, 0)
    local at = string.match(redis.call('HGET', h, oldest), '^x|%a+|(%d+)')
    if length <= ${rememberedHolds} and now - at < ${rememberedMs} then break end
    redis.call('LPOP', t)
    redis.call('HDEL', h, oldest)
    length = length - 1
  end
end

-- Units that came from an offer which still stands go back to it; the others become free.
local function endHold(field, hold, how)
  local back = {}
  if hold.offered ~= '' then
    local offer = 'o:' .. hold.offer
    local exp, member, left = string.match(redis.call('HGET', h, offer) or '', '^(%d+)|([^|]*)|([%d,]*)$')
    if exp then
      left = left == '' and hold.offered or left .. ',' .. hold.offered
      redis.call('HSET', h, offer, exp .. '|' .. member .. '|' .. left)
      for _, unit in ipairs(list(hold.offered)) do back[unit] = true end
    end
  end
  local units = list(hold.units)
  for _, unit in ipairs(units) do
    if not back[unit] then freed[#freed + 1] = unit end
  end
  count(hold.member, -#units)
  bury(field, hold, how)
end

local function endOffer(field, record)
  for _, unit in ipairs(list(string.match(record, '([%d,]*)$'))) do freed[#freed + 1] = unit end
  redis.call('HDEL', h, field)
  redis.call('ZREM', z, field)
end

local function free()
  set(freed, '0')
  freed = {}
end

local function reap(most)
  local due = redis.call('ZRANGEBYSCORE', z, '-inf', now, 'LIMIT', 0, most)
  for _, field in ipairs(due) do
    local record = redis.call('HGET', h, field)
    if string.sub(field, 1, 2) == 'o:' then endOffer(field, record) else endHold(field, parse(record), 'expired') end
  end
  free()
  publish()
  redis.call('HSET', h, 'due', redis.call('ZRANGE', z, 0, 0, 'WITHSCORES')[2])
  return #due
end
`;
