select document, title, ordinal, content, score
from (
  select document, title, ordinal, content, (
      select sum(cast(pair.a as double precision) * pair.b)
        / nullif(sqrt(sum(cast(pair.a as double precision) * pair.a)) * sqrt(sum(cast(pair.b as double precision) * pair.b)), 0)
      from unnest(llm_chunks.embedding, question.embedding) as pair(a, b)
    ) as score
  from llm_chunks,
    (select cast(translate(cast(:#${variable.llmVector} as text), '[]', '{}') as real[]) as embedding) as question
  where collection = :#${variable.llmCollection} and model = :#${variable.llmEmbeddings}
) as compared
where score >= cast(:#${variable.llmMinScore} as double precision)
order by score desc, document, ordinal
limit cast(:#${variable.llmTop} as integer)
