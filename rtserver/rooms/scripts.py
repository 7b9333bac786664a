"""The Lua scripts of rooms: those of presence, with a little state of each seat.

Beside what presence has, with ``<lesson>:<user>`` (a seat) in the place of the user:

    {p}:states    hash: seat → [entered_at, hand, reaction], times in ms, or null
    {p}:leads     hash: lesson → [user, "<connection>"] that leads
"""

from rtserver.presence.scripts import COUNTING

# What all that change a room have in common: they set ``states`` and ``leads`` before.
_CHANGING = """
local entered, signalled, led, left = {}, {}, {}, {}

local function told(list, name, value)
  list[#list + 1] = '"' .. name .. '":' .. value
end

local function pack(entered_at, hand, reaction)
  local up, sign = 'null', 'null'
  if hand ~= cjson.null then up = string.format('%.0f', hand) end
  if reaction ~= cjson.null then sign = '"' .. reaction .. '"' end
  return '[' .. string.format('%.0f', entered_at) .. ',' .. up .. ',' .. sign .. ']'
end

local function ids(seat)
  return string.match(seat, '^(%d+):(%d+)$')
end

local function holder_of(seat, connection)
  local _, user = ids(seat)
  return '[' .. user .. ',"' .. connection .. '"]'
end

local function end_lead(lesson)
  redis.call('HDEL', leads, lesson)
  told(led, lesson, 'null')
end

-- Ends the lead of a connection, or, without one, that of a seat.
local function release(seat, connection)
  local lesson, user = ids(seat)
  local holder = redis.call('HGET', leads, lesson)
  if not holder then
    return
  end
  if connection then
    if holder == holder_of(seat, connection) then end_lead(lesson) end
  elseif string.match(holder, '^%[(%d+),') == user then
    end_lead(lesson)
  end
end

local function publish(channel, epoch, now)
  if #entered + #signalled + #led + #left == 0 then
    return
  end
  local version = redis.call('HINCRBY', meta, 'version', 1)
  redis.call('PUBLISH', channel, '{"epoch":"' .. epoch .. '","version":' .. version
    .. ',"at":' .. string.format('%.0f', now)
    .. ',"entered":{' .. table.concat(entered, ',')
    .. '},"signalled":{' .. table.concat(signalled, ',')
    .. '},"leads":{' .. table.concat(led, ',')
    .. '},"left":[' .. table.concat(left, ',') .. ']}')
end
"""

# Registers connections, ends others, and sweeps the seats whose time is over.
# KEYS, behind those of COUNTING: states, leads. ARGV, behind its: how many are present,
# how many lead, then triples of seat, connection and state: those present, with what is
# known of their seat; pairs of seat and connection: those that lead; then triples of
# seat, connection and how it ends:
#   ""       the connection left
#   evict    the seat ends now, if it has no connection
#   depose   the seat leads no more
# What is known of a seat, and who leads, counts only while processes come back.
# Returns the epoch, hold_until, and 1 if more than the limit wait to be swept.
UPDATE = (
    COUNTING
    + "local states, leads = KEYS[4], KEYS[5]\n"
    + _CHANGING
    + """
local present, claims = tonumber(ARGV[8]), tonumber(ARGV[9])
local at = 10
local returning = now < hold_until

local function gone(seat)
  release(seat)
  redis.call('HDEL', states, seat)
  left[#left + 1] = '"' .. seat .. '"'
end

for _ = 1, present do
  local seat, connection, state = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  at = at + 3
  if register(seat, connection) then
    if state == '' or not returning then
      state = pack(now, cjson.null, cjson.null)
    end
    redis.call('HSET', states, seat, state)
    told(entered, seat, state)
  end
end

for _ = 1, claims do
  local seat, connection = ARGV[at], ARGV[at + 1]
  at = at + 2
  local lesson = ids(seat)
  local holder = holder_of(seat, connection)
  if returning and redis.call('HSETNX', leads, lesson, holder) == 1 then
    told(led, lesson, holder)
  end
end

while at <= #ARGV do
  local seat, connection, how = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  at = at + 3
  if how == 'depose' then
    release(seat)
  elseif how == 'evict' then
    local live = redis.call('ZCOUNT', own(seat), '(' .. now, '+inf')
    if live == 0 and redis.call('ZREM', owners, seat) == 1 then
      redis.call('DEL', own(seat))
      gone(seat)
    end
  else
    unregister(seat, connection)
    release(seat, connection)
  end
end

local more = sweep(gone)
-- A connection may have ended though its owner has another one.
if not returning then
  local held = redis.call('HGETALL', leads)
  for i = 1, #held, 2 do
    local user, connection = string.match(held[i + 1], '^%[(%d+),"(.*)"%]$')
    local ends = redis.call('ZSCORE', own(held[i] .. ':' .. user), connection)
    if not ends or tonumber(ends) <= now then
      end_lead(held[i])
    end
  end
end

publish(channel, epoch, now)
return {epoch, hold_until, more}
"""
)

_COMMAND = (
    """
local owners, meta, states, leads = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local channel = ARGV[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local epoch = redis.call('HGET', meta, 'epoch')
if not epoch then
  return false
end
"""
    + _CHANGING
)

# Raises and lowers hands, sets and clears reactions. KEYS: owners, meta, states, leads.
# ARGV: channel; the hand, "1", "0" or "" as it was; the reaction, "" as it was or "-"
# none; seats. Returns the seats that nobody sits on; nothing while there is no epoch.
SIGNAL = (
    _COMMAND
    + """
local raised, sign = ARGV[2], ARGV[3]
local unknown = {}
for i = 4, #ARGV do
  local seat = ARGV[i]
  local before = redis.call('HGET', states, seat)
  if before then
    local state = cjson.decode(before)
    local hand, reaction = state[2], state[3]
    if raised == '0' then hand = cjson.null end
    if raised == '1' and hand == cjson.null then hand = now end
    if sign == '-' then reaction = cjson.null elseif sign ~= '' then reaction = sign end
    local after = pack(state[1], hand, reaction)
    if after ~= before then
      redis.call('HSET', states, seat, after)
      told(signalled, seat, after)
    end
  else
    unknown[#unknown + 1] = seat
  end
end
publish(channel, epoch, now)
return unknown
"""
)

# Has a connection lead its room, or no longer. KEYS as for SIGNAL. ARGV: channel, seat,
# connection, "1" or "0". Returns 1; 0 if the connection isn't there; nothing while
# there is no epoch.
LEAD = (
    _COMMAND
    + """
local seat, connection = ARGV[2], ARGV[3]
if ARGV[4] == '0' then
  release(seat, connection)
else
  local ends = redis.call('ZSCORE', owners .. ':' .. seat, connection)
  if not ends or tonumber(ends) <= now then
    return 0
  end
  local lesson = ids(seat)
  local holder = holder_of(seat, connection)
  if redis.call('HGET', leads, lesson) ~= holder then
    redis.call('HSET', leads, lesson, holder)
    told(led, lesson, holder)
  end
end
publish(channel, epoch, now)
return 1
"""
)

# Reads all rooms. KEYS: owners, meta, states, leads. Returns the epoch, the version,
# the ms for which nobody will be swept, states and leads; nothing without an epoch.
SNAPSHOT = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local meta = redis.call('HMGET', KEYS[2], 'epoch', 'version', 'hold_until')
if not meta[1] then
  return false
end
local held = math.max(0, tonumber(meta[3] or 0) - now)
return {meta[1], tonumber(meta[2]), held,
  redis.call('HGETALL', KEYS[3]), redis.call('HGETALL', KEYS[4])}
"""
