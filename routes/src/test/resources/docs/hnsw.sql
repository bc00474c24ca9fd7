alter table llm_chunks alter column embedding type vector(1536);
create index on llm_chunks using hnsw (embedding vector_cosine_ops);
