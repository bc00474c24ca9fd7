select hash from llm_chunks where collection = :#${variable.llmCollection} and document = :#${variable.llmDocument}
