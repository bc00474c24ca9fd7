create table if not exists llm_chunks (
  collection text not null,
  document text not null,
  hash text not null,
  model text not null,
  ordinal integer not null,
  title text not null,
  content text not null,
  embedding real[] not null,
  primary key (collection, document, hash)
)
