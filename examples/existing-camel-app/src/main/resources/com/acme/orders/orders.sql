create table if not exists orders (
  id varchar(20) primary key,
  customer varchar(200) not null,
  article varchar(50) not null,
  quantity integer not null,
  details varchar(10000) not null
);
