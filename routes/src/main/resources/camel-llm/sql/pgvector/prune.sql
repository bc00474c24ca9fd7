delete from llm_chunks
where collection = :#${variable.llmCollection}
  and document not in (select jsonb_array_elements_text(cast(:#${variable.llmDocuments} as jsonb)))
