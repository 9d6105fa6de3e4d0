create table tick (at timestamp);
