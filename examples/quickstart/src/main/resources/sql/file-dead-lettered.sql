merge into files (file, version, status, reason, finished_at)
key (file)
values (:#${variable.file}, :#${variable.version}, 'dead-letter', :#${variable.reason}, current_timestamp)
