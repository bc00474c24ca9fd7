select id, received, channel, customer, text, category, sentiment, summary
from feedback
where source = :#${header.LlmRecordSource}
order by record
