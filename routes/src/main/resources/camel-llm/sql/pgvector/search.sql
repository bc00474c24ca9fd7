select document, title, ordinal, content, score
from (
  select document, title, ordinal, content,
    1 - (embedding <=> cast(:#${variable.llmVector} as vector)) as score
  from llm_chunks
  where collection = :#${variable.llmCollection} and model = :#${variable.llmEmbeddings}
  order by embedding <=> cast(:#${variable.llmVector} as vector)
  limit cast(:#${variable.llmTop} as integer)
) as nearest
where score >= cast(:#${variable.llmMinScore} as double precision)
order by score desc, document, ordinal
