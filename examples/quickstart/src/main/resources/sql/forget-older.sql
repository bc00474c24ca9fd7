delete from documents where file = :#${variable.file} and version <> :#${variable.version}
