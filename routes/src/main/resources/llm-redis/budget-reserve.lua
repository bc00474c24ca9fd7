-- KEYS: common, the hold, processes, the holds of this process, then the account of each claim.
-- ARGV from 4: attempt, process, its time-out in milliseconds, then for each claim: name, first period, period, amount,
-- limit or nothing, when to forget it, and what was seen of it before (epoch, total, period).
local attempt, node = ARGV[4], ARGV[5]
local state = redis.call('GET', KEYS[2])
if state == 'S' then
  return head('over')
end
local claims = {}
for i = 7, #ARGV, 9 do
  local claim = {
    key = KEYS[5 + #claims], account = ARGV[i], from = ARGV[i + 1], period = ARGV[i + 2], amount = ARGV[i + 3],
    limit = ARGV[i + 4], forget = ARGV[i + 5],
  }
  touch(claim.key, claim.from, claim.period, ARGV[i + 6], ARGV[i + 7], ARGV[i + 8])
  claims[#claims + 1] = claim
end

if not state then
  for i, claim in ipairs(claims) do
    local high, low = parse(claim.amount)
    local spentHigh, spentLow, reservedHigh, reservedLow = window(claim.key, claim.from, claim.period)
    high, low = pair(high + spentHigh + reservedHigh, low + spentLow + reservedLow)
    for j = 1, i - 1 do
      local earlier = claims[j]
      local period = tonumber(earlier.period)
      if earlier.key == claim.key and period >= tonumber(claim.from) and period <= tonumber(claim.period) then
        local earlierHigh, earlierLow = parse(earlier.amount)
        high, low = pair(high + earlierHigh, low + earlierLow)
      end
    end
    local limitHigh, limitLow = parse(claim.limit ~= '' and claim.limit or MOST)
    if more(high, low, limitHigh, limitLow) then
      local answer = head('refused')
      answer[5] = tostring(i - 1)
      answer[6] = text(spentHigh, spentLow)
      answer[7] = text(reservedHigh, reservedLow)
      return answer
    end
  end

  local held = {'H', node}
  for _, claim in ipairs(claims) do
    add(claim.key, claim.period .. ':r', claim.amount)
    local forget = tonumber(claim.forget)
    local known = redis.call('HGET', claim.key, claim.period .. ':f')
    if not known then
      -- A new period: old ones may be of no use any more
      local all = redis.call('HGETALL', claim.key)
      for i = 1, #all, 2 do
        local old = string.match(all[i], '^(%-?%d+):f$')
        if old and tonumber(all[i + 1]) + 300 < now then
          local reserved = redis.call('HGET', claim.key, old .. ':r')
          if not reserved or reserved == '0' then
            redis.call('HDEL', claim.key, old .. ':s', old .. ':r', old .. ':f')
          end
        end
      end
    end
    if not known or tonumber(known) < forget then
      redis.call('HSET', claim.key, claim.period .. ':f', claim.forget)
    end
    local last = redis.call('HGET', claim.key, 'last')
    if not last or tonumber(last) < forget then
      redis.call('HSET', claim.key, 'last', claim.forget)
      redis.call('EXPIREAT', claim.key, math.max(forget, now) + 86400)
    end
    held[#held + 1] = claim.account
    held[#held + 1] = claim.period
    held[#held + 1] = claim.amount
  end
  redis.call('SET', KEYS[2], cjson.encode(held))
  redis.call('SADD', KEYS[4], attempt)
  if not redis.call('ZSCORE', KEYS[3], node) then
    redis.call('ZADD', KEYS[3], nowMillis + tonumber(ARGV[6]), node)
  end
end

local answer = head('granted')
for _, claim in ipairs(claims) do
  local spent, reserved = balance(claim.key, claim.from, claim.period)
  answer[#answer + 1] = spent
  answer[#answer + 1] = reserved
end
return answer
