-- What the scripts of budgets share. KEYS[1] is a hash with the epoch of the data and a count of its changes, ARGV[1] an epoch
-- for data that begin now, ARGV[2] and ARGV[3] the count and the epoch that the caller saw last.
--
-- Amounts are 64-bit integers, which Lua's numbers do not hold: here they are pairs of billions and rest, 0 <= rest < a billion.

local BILLION = 1000000000
local MOST_HIGH, MOST_LOW = 9223372036, 854775807
local MOST, LEAST = '9223372036854775807', '-9223372036854775808'

local function pair(high, low)
  local carry = math.floor(low / BILLION)
  return high + carry, low - carry * BILLION
end

local function parse(text)
  if not text then
    return 0, 0
  end
  local negative = string.sub(text, 1, 1) == '-'
  local digits = negative and string.sub(text, 2) or text
  local high, low = 0, 0
  if #digits > 9 then
    high = tonumber(string.sub(digits, 1, #digits - 9))
    low = tonumber(string.sub(digits, -9))
  else
    low = tonumber(digits)
  end
  if negative then
    return pair(-high, -low)
  end
  return high, low
end

local function more(high, low, otherHigh, otherLow)
  return high > otherHigh or (high == otherHigh and low > otherLow)
end

local function text(high, low)
  if more(high, low, MOST_HIGH, MOST_LOW) then
    return MOST
  end
  local sign = ''
  if high < 0 then
    sign = '-'
    high, low = pair(-high, -low)
    if more(high, low, MOST_HIGH, MOST_LOW) then
      return LEAST
    end
  end
  if high == 0 then
    return sign .. string.format('%d', low)
  end
  return sign .. string.format('%d%09d', high, low)
end

local function negated(amount)
  if amount == '0' then
    return amount
  end
  if string.sub(amount, 1, 1) == '-' then
    return string.sub(amount, 2)
  end
  return '-' .. amount
end

-- Stops at the largest amount in place of failing half way
local function add(key, field, amount)
  local done = redis.pcall('HINCRBY', key, field, amount)
  if type(done) == 'table' and done.err then
    redis.call('HSET', key, field, string.sub(amount, 1, 1) == '-' and LEAST or MOST)
  end
end

-- What is spent and set aside from one period to another: two pairs
local function window(key, from, to)
  local spentHigh, spentLow, reservedHigh, reservedLow = 0, 0, 0, 0
  if from == to then
    local fields = redis.call('HMGET', key, to .. ':s', to .. ':r')
    spentHigh, spentLow = parse(fields[1])
    reservedHigh, reservedLow = parse(fields[2])
  else
    local first, last = tonumber(from), tonumber(to)
    local all = redis.call('HGETALL', key)
    for i = 1, #all, 2 do
      local period, kind = string.match(all[i], '^(%-?%d+):([sr])$')
      if period and tonumber(period) >= first and tonumber(period) <= last then
        local high, low = parse(all[i + 1])
        if kind == 's' then
          spentHigh, spentLow = pair(spentHigh + high, spentLow + low)
        else
          reservedHigh, reservedLow = pair(reservedHigh + high, reservedLow + low)
        end
      end
    end
  end
  return spentHigh, spentLow, reservedHigh, reservedLow
end

local function balance(key, from, to)
  local spentHigh, spentLow, reservedHigh, reservedLow = window(key, from, to)
  return text(spentHigh, spentLow), text(reservedHigh, reservedLow)
end

local time = redis.call('TIME')
local now = tonumber(time[1])
local nowMillis = now * 1000 + math.floor(tonumber(time[2]) / 1000)

-- Data that count fewer changes than the caller has seen are older than what was promised: they begin a new epoch
local epoch = redis.call('HGET', KEYS[1], 'epoch')
local changes = tonumber(redis.call('HGET', KEYS[1], 'changes') or '0')
if not epoch or (epoch == ARGV[3] and changes < tonumber(ARGV[2])) then
  epoch = ARGV[1]
  redis.call('HSET', KEYS[1], 'epoch', epoch)
end
changes = redis.call('HINCRBY', KEYS[1], 'changes', 1)

local restored = 0

-- To be called before an account is looked at or changed. In a new epoch an account is raised to what callers saw of it before;
-- base is how much of its amount is from then, so that callers one after the other raise it to the most that one of them saw.
local function touch(key, from, to, seenEpoch, seenTotal, seenTo)
  if redis.call('HGET', key, 'epoch') ~= epoch then
    local spentHigh, spentLow, reservedHigh, reservedLow = window(key, from, to)
    redis.call('HSET', key, 'epoch', epoch, 'base', text(pair(spentHigh + reservedHigh, spentLow + reservedLow)))
  end
  if seenEpoch ~= '' and seenEpoch ~= epoch and tonumber(seenTo) >= tonumber(from) then
    local seenHigh, seenLow = parse(seenTotal)
    local baseHigh, baseLow = parse(redis.call('HGET', key, 'base'))
    if more(seenHigh, seenLow, baseHigh, baseLow) then
      add(key, seenTo .. ':s', text(pair(seenHigh - baseHigh, seenLow - baseLow)))
      redis.call('HSET', key, 'base', seenTotal)
      restored = restored + 1
    end
  end
end

local function head(word)
  return {word, epoch, string.format('%.0f', changes), restored}
end
