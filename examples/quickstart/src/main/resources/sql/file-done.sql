merge into files (file, version, status, reason, finished_at)
key (file)
values (:#${variable.file}, :#${variable.version}, 'done', null, current_timestamp)
