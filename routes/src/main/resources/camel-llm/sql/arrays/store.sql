with incoming as (
  select ordinal, hash, title, content, embedding
  from jsonb_to_recordset(cast(:#${variable.llmPacked} as jsonb))
    as chunk(ordinal integer, hash text, title text, content text, embedding text)
), removed as (
  delete from llm_chunks
  where collection = :#${variable.llmCollection} and document = :#${variable.llmDocument}
    and hash not in (select hash from incoming)
  returning 1
), kept as (
  update llm_chunks set ordinal = incoming.ordinal
  from incoming
  where collection = :#${variable.llmCollection} and document = :#${variable.llmDocument}
    and llm_chunks.hash = incoming.hash and incoming.embedding is null
  returning 1
), added as (
  insert into llm_chunks (collection, document, hash, model, ordinal, title, content, embedding)
  select cast(:#${variable.llmCollection} as text), cast(:#${variable.llmDocument} as text), hash,
    cast(:#${variable.llmEmbeddings} as text), ordinal, title, content, cast(translate(embedding, '[]', '{}') as real[])
  from incoming
  where embedding is not null
  on conflict (collection, document, hash) do update set ordinal = excluded.ordinal
  returning 1
)
select (select count(*) from removed) as removed, (select count(*) from kept) + (select count(*) from added) as stored
