-- KEYS: common, the hold, then the account of each settlement.
-- ARGV from 4: attempt or correction, beginning of the keys of accounts, beginning of the keys of processes' holds, how long to
-- remember it in milliseconds, 'late' if it may have been booked longer ago than that, then for each settlement: first period,
-- period, charge, and what was seen of it before.
local id, accounts, nodes = ARGV[4], ARGV[5], ARGV[6]
local state = redis.call('GET', KEYS[2])
local settlements = {}
for i = 9, #ARGV, 6 do
  local settlement = {key = KEYS[3 + #settlements], from = ARGV[i], period = ARGV[i + 1], charge = ARGV[i + 2]}
  touch(settlement.key, settlement.from, settlement.period, ARGV[i + 3], ARGV[i + 4], ARGV[i + 5])
  settlements[#settlements + 1] = settlement
end

local late = not state and ARGV[8] == 'late'
if state ~= 'S' and not late then
  local expired = false
  if state then
    local held = cjson.decode(state)
    expired = held[1] == 'E'
    for i = 3, #held, 3 do
      local key, period, amount = accounts .. held[i], held[i + 1], held[i + 2]
      touch(key, period, period, '', '', '')
      if not expired then
        add(key, period .. ':r', negated(amount))
      elseif redis.call('HEXISTS', key, period .. ':s') == 1 then
        add(key, period .. ':s', negated(amount))
      end
    end
    redis.call('SREM', nodes .. held[2], id)
  end
  for _, settlement in ipairs(settlements) do
    local field = settlement.period .. ':s'
    -- What was charged whole may be long forgotten; then there is nothing to correct
    if not expired or redis.call('HEXISTS', settlement.key, field) == 1 then
      add(settlement.key, field, settlement.charge)
    end
  end
  redis.call('SET', KEYS[2], 'S', 'PX', ARGV[7])
end

local answer = head(late and 'late' or 'settled')
for _, settlement in ipairs(settlements) do
  local spent, reserved = balance(settlement.key, settlement.from, settlement.period)
  answer[#answer + 1] = spent
  answer[#answer + 1] = reserved
end
return answer
