-- KEYS: common, then the account of each window.
-- ARGV from 4, for each window: first period, last period, and what was seen of it before.
local answer = {}
for i = 4, #ARGV, 5 do
  local key = KEYS[2 + (i - 4) / 5]
  if ARGV[i + 2] ~= '' then
    touch(key, ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4])
  end
  local spent, reserved = balance(key, ARGV[i], ARGV[i + 1])
  answer[#answer + 1] = spent
  answer[#answer + 1] = reserved
end
local told = head('balances')
for _, amount in ipairs(answer) do
  told[#told + 1] = amount
end
return told
