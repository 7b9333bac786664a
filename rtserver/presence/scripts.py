"""The Lua scripts of presence: each is one atomic step, safe to be repeated or lost.

Names in Redis, where {p} is the prefix with ``:{presence}``:

    {p}            sorted set: user → when a sweep has to look at their connections
    {p}:<user>     sorted set: the user's connections → when each ends without renewal
    {p}:meta       hash: epoch, version, swept_at, hold_until
    {p}:node:<id>  the number of the last call of a process

Times are Redis's own, in milliseconds. Online is who is in {p}. Whoever is added to or
removed from it is published in the same step, with the next ``version``. So a version
that is left out means that a message was lost, and a new ``epoch`` that the data were.

After an outage the connections of the processes that aren't back yet look ended. So
while ``hold_until`` lies ahead nobody is swept, and every process that learns of it
registers all its connections again. It is set where the data were lost, and where no
process had called for a while: that shows an outage, and a clock that jumped.

Rooms are counted by the same steps, a seat in the place of the user.
"""

# How connections are counted, of whatever owners: the beginning of each update.
# KEYS: owners, meta, node. ARGV: channel, the call's number, the epoch known to the
# caller or "", ttl, grace, stale, hold (ms each).
# Returns nothing if the call came after a later one of the same process, as one does
# that hung in a frozen Redis.
COUNTING = """
local owners, meta, node = KEYS[1], KEYS[2], KEYS[3]
local channel, number, known = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local ttl, grace = tonumber(ARGV[4]), tonumber(ARGV[5])
local stale, hold = tonumber(ARGV[6]), tonumber(ARGV[7])
local limit = 1000

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local latest = redis.call('GET', node)
if latest and tonumber(latest) >= number then
  return false
end
-- Forgotten some time after the last call of a process that ended.
redis.call('SET', node, number, 'PX', 4 * ttl)

local epoch = redis.call('HGET', meta, 'epoch')
if not epoch then
  epoch = time[1] .. '-' .. time[2]
  redis.call('HSET', meta, 'epoch', epoch, 'version', 0, 'swept_at', now)
end
local swept_at = tonumber(redis.call('HGET', meta, 'swept_at'))
local hold_until = tonumber(redis.call('HGET', meta, 'hold_until') or 0)
local broken = (known ~= '' and known ~= epoch) or now - swept_at > stale
-- Each of many processes finds the same: those after the first don't prolong the hold.
if broken and hold_until < now + hold / 2 then
  hold_until = now + hold
  redis.call('HSET', meta, 'hold_until', hold_until)
end
redis.call('HSET', meta, 'swept_at', now)

local function own(owner)
  return owners .. ':' .. owner
end

-- Registers a connection, or renews it; tells whether its owner has come by it. An
-- owner's own time is a TTL as well, even where it was set to the shorter grace before,
-- since somebody is there again.
local function register(owner, connection)
  local came = redis.call('ZADD', owners, now + ttl, owner) == 1
  redis.call('ZADD', own(owner), now + ttl, connection)
  return came
end

-- The owner is looked at when the grace is over. Other connections of theirs, of
-- whatever process, are found then, and keep them.
local function unregister(owner, connection)
  if redis.call('ZREM', own(owner), connection) == 1 then
    redis.call('ZADD', owners, now + grace, owner)
  end
end

-- Of whom no connection is left is gone; the others are looked at again when the last
-- of theirs ends. Returns 1 if more than the limit wait for that.
local function sweep(gone)
  local due = {}
  if now >= hold_until then
    due = redis.call('ZRANGEBYSCORE', owners, '-inf', now, 'LIMIT', 0, limit)
  end
  for _, owner in ipairs(due) do
    redis.call('ZREMRANGEBYSCORE', own(owner), '-inf', now)
    local last_to_end = redis.call('ZREVRANGE', own(owner), 0, 0, 'WITHSCORES')[2]
    if last_to_end then
      redis.call('ZADD', owners, last_to_end, owner)
    else
      redis.call('ZREM', owners, owner)
      gone(owner)
    end
  end
  return #due == limit and 1 or 0
end
"""

# Registers connections, unregisters others, and sweeps the users whose time is over.
# ARGV, behind those of COUNTING: how many pairs are present, then pairs of user and
# connection: those present, then those that left.
# Returns the epoch, hold_until, and 1 if more than the limit wait to be swept.
UPDATE = (
    COUNTING
    + """
local first = 9
local last = first + 2 * tonumber(ARGV[8])
local online, offline = {}, {}

for i = first, last - 1, 2 do
  if register(ARGV[i], ARGV[i + 1]) then
    online[#online + 1] = ARGV[i]
  end
end
for i = last, #ARGV, 2 do
  unregister(ARGV[i], ARGV[i + 1])
end
local more = sweep(function(user) offline[#offline + 1] = user end)

if #online + #offline > 0 then
  local version = redis.call('HINCRBY', meta, 'version', 1)
  redis.call('PUBLISH', channel, '{"epoch":"' .. epoch .. '","version":' .. version
    .. ',"at":' .. string.format('%.0f', now)
    .. ',"online":[' .. table.concat(online, ',')
    .. '],"offline":[' .. table.concat(offline, ',') .. ']}')
end
return {epoch, hold_until, more}
"""
)

# Reads who is online. KEYS: users, meta. Returns the epoch, the version, the ms for
# which nobody will be swept, and the users; nothing while there is no epoch yet.
SNAPSHOT = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local meta = redis.call('HMGET', KEYS[2], 'epoch', 'version', 'hold_until')
if not meta[1] then
  return false
end
local held = math.max(0, tonumber(meta[3] or 0) - now)
return {meta[1], tonumber(meta[2]), held, redis.call('ZRANGE', KEYS[1], 0, -1)}
"""

# Looks users up. KEYS: users. ARGV: user ids. Returns those with a live connection.
CONNECTED = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local connected = {}
for _, user in ipairs(ARGV) do
  if redis.call('ZCOUNT', KEYS[1] .. ':' .. user, now, '+inf') > 0 then
    connected[#connected + 1] = user
  end
end
return connected
"""
