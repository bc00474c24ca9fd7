insert into feedback (source, record, id, received, channel, customer, text, category, sentiment, summary)
values (:#${header.LlmRecordSource},
        :#${header.LlmRecordNumber},
        :#${variable.record[id]},
        :#${variable.record[received]},
        :#${variable.record[channel]},
        :#${variable.record[customer]},
        :#${variable.record[text]},
        :#${body[category]},
        :#${body[sentiment]},
        :#${body[summary]})
