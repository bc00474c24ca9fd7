-- Says that a process lives, and charges whole what dead ones had set aside.
-- KEYS: common, processes. ARGV from 4: process, its time-out in milliseconds, beginning of the keys of accounts, of holds and of
-- processes' holds, how many attempts to expire at most, how long to remember them in milliseconds.
local node, accounts, holds, nodes = ARGV[4], ARGV[6], ARGV[7], ARGV[8]
local until_ = redis.call('ZSCORE', KEYS[2], node)
local life = 'new'
if until_ then
  life = tonumber(until_) < nowMillis and 'lapsed' or 'alive'
end
redis.call('ZADD', KEYS[2], nowMillis + tonumber(ARGV[5]), node)

local left = tonumber(ARGV[9])
local expired = {}
for _, dead in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', '(' .. nowMillis, 'LIMIT', 0, 16)) do
  local attempts = left > 0 and redis.call('SPOP', nodes .. dead, left) or {}
  for _, attempt in ipairs(attempts) do
    left = left - 1
    local state = redis.call('GET', holds .. attempt)
    if state and state ~= 'S' then
      local held = cjson.decode(state)
      if held[1] == 'H' then
        for i = 3, #held, 3 do
          local key, period, amount = accounts .. held[i], held[i + 1], held[i + 2]
          touch(key, period, period, '', '', '')
          add(key, period .. ':r', negated(amount))
          add(key, period .. ':s', amount)
          expired[#expired + 1] = held[i]
          expired[#expired + 1] = period
          expired[#expired + 1] = amount
        end
        held[1] = 'E'
        redis.call('SET', holds .. attempt, cjson.encode(held), 'PX', ARGV[10])
      end
    end
  end
  if redis.call('SCARD', nodes .. dead) == 0 then
    redis.call('ZREM', KEYS[2], dead)
  end
end
local answer = head(life)
answer[5] = left > 0 and 'all' or 'more'
for _, part in ipairs(expired) do
  answer[#answer + 1] = part
end
return answer
