import { changing } from './changing.ts';
import { opening, reapedOnTheWay } from './opening.ts';

const lookup = `${opening}${changing}
local last = tonumber(redis.call('HGET', h, 'units')) - 1
local function disown(unit)
  local owner = redis.call('HGET', h, 'u:' .. unit)
  if not owner then return end
  redis.call('HDEL', h, 'u:' .. unit)
  count(string.match(owner, '|(.*)$'), -1)
end
`;

const unitsFrom = (place: number) => `
local units = {}
for i = ${place}, #ARGV do units[#units + 1] = ARGV[i] end
local states = statesOf(units)
`;

/** ARGV: epoch, member or empty, sequence number or empty, units. Of another owner they are left alone. */
export const free = `${lookup}${unitsFrom(4)}
for i, unit in ipairs(units) do
  local seq, member = string.match(redis.call('HGET', h, 'u:' .. unit) or '', '^(%d+)|(.*)$')
  local owned = not seq
    or ((ARGV[2] == '' or member == '' or member == ARGV[2]) and (ARGV[3] == '' or seq == '0' or seq == ARGV[3]))
  if states[i] == 2 and owned then
    disown(unit)
    freed[#freed + 1] = unit
  end
end
local csv = table.concat(freed, ',')
free()
publish()
return {'freed', csv}
`;

/** ARGV: epoch, units. */
export const block = `${lookup}${unitsFrom(2)}
local blocked = {}
for i, unit in ipairs(units) do
  if (states[i] ~= 0 and states[i] ~= 3) or tonumber(unit) > last then return {'conflict', unit} end
  if states[i] == 0 then blocked[#blocked + 1] = unit end
end
set(blocked, '3')
publish()
return {'blocked'}
`;

/** ARGV: epoch, units. */
export const unblock = `${lookup}${unitsFrom(2)}
for i, unit in ipairs(units) do
  if states[i] == 3 then freed[#freed + 1] = unit end
end
local csv = table.concat(freed, ',')
free()
publish()
return {'unblocked', csv}
`;

/** ARGV: epoch, offer, member, ttl in ms, 1 when claims of the units have ended, units. */
export const offer = `${lookup}
if now >= tonumber(redis.call('HGET', h, 'due')) then reap(${reapedOnTheWay}) end
local field = 'o:' .. ARGV[2]
local exp, member = string.match(redis.call('HGET', h, field) or '', '^(%d+)|([^|]*)|')
if exp then
  if member ~= ARGV[3] then return {'reused'} end
  return {'offered', exp}
end
${unitsFrom(6)}
for i, unit in ipairs(units) do
  local available = states[i] == 0 or (ARGV[5] == '1' and states[i] == 2)
  if not available or tonumber(unit) > last then return {'conflict', unit} end
end
for i, unit in ipairs(units) do
  if states[i] == 2 then disown(unit) end
end
exp = now + ARGV[4]
redis.call('HSET', h, field, exp .. '|' .. ARGV[3] .. '|' .. table.concat(units, ','))
dueAt(field, exp)
set(units, '1')
publish()
return {'offered', exp}
`;

/** ARGV: epoch, offer, 1 to leave the units taken, units that must all be in the offer, under no hold. */
export const withdrawOffer = `${lookup}
local field = 'o:' .. ARGV[2]
local record = redis.call('HGET', h, field)
if not record then return {'absent'} end
local idle = {}
for _, unit in ipairs(list(string.match(record, '([%d,]*)$'))) do idle[unit] = true end
for i = 4, #ARGV do
  if not idle[ARGV[i]] then return {'held'} end
end
endOffer(field, record)
local csv = table.concat(freed, ',')
if ARGV[3] == '1' then
  set(freed, '2')
  freed = {}
end
free()
publish()
return {'withdrawn', csv}
`;

/** ARGV: epoch, then of each unit: unit, state, `seq|member` or empty. Holds and offers in the way give way. */
export const merge = `${lookup}
local wanted = {}
local units = {}
for i = 2, #ARGV, 3 do
  if tonumber(ARGV[i]) <= last then
    units[#units + 1] = ARGV[i]
    wanted[ARGV[i]] = {state = ARGV[i + 1], owner = ARGV[i + 2]}
  end
end
local before = statesOf(units)
local held = {}
for i, unit in ipairs(units) do
  if before[i] == 1 then held[unit] = true end
end
if next(held) then
  local function meets(units)
    for _, unit in ipairs(units) do
      if held[unit] then return true end
    end
  end
  for _, field in ipairs(redis.call('ZRANGE', z, 0, -1)) do
    local hold = parse(redis.call('HGET', h, field) or '')
    if hold and meets(list(hold.units)) then endHold(field, hold, 'lost') end
  end
  -- After the holds: of one that ended an offer may have got back what is claimed.
  for _, field in ipairs(redis.call('ZRANGE', z, 0, -1)) do
    local head, csv = string.match(redis.call('HGET', h, field) or '', '^(%d+|[^|]*|)([%d,]*)$')
    if head and meets(list(csv)) then
      local left = {}
      for _, unit in ipairs(list(csv)) do
        if not held[unit] then left[#left + 1] = unit end
      end
      redis.call('HSET', h, field, head .. table.concat(left, ','))
    end
  end
  free()
end
local becomes = {['2'] = {}, ['3'] = {}}
for i, unit in ipairs(units) do
  local want = wanted[unit]
  disown(unit)
  if want.owner ~= '' then
    redis.call('HSET', h, 'u:' .. unit, want.owner)
    count(string.match(want.owner, '|(.*)$'), 1)
  end
  if tostring(before[i]) ~= want.state then table.insert(becomes[want.state], unit) end
end
set(becomes['2'], '2')
set(becomes['3'], '3')
publish()
return {'merged'}
`;
