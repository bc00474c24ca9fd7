select count(*) from documents where file = :#${body.file} and part = :#${body.number}
