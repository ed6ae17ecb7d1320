-- The functions of Citus that give a table its place, with its rules for tables, read from the catalogue, and its record of
-- what is where. They move nothing. The rules are those of the reference, https://docs.citusdata.com/en/v13.0/develop/
-- (reference_ddl, api_udf, reference_sql), and of ErrorIfUnsupportedForeignConstraintExists in foreign_constraint.c.

create schema citus;
create type citus.distribution_type as enum ('hash', 'range', 'append');

-- In pg_catalog there, where only Citus itself may make a table.
create table pg_dist_partition (
  logicalrelid regclass not null primary key,
  partmethod "char" not null,
  partkey text,
  colocationid integer not null,
  repmodel "char" not null
);

create function check_is_local(table_name regclass) returns void language plpgsql as $$
begin
  if exists (select from pg_dist_partition where logicalrelid = table_name) then
    raise 'table "%" is already distributed', table_name;
  end if;
  if (select relkind <> 'r' or relpersistence <> 'p' from pg_class where oid = table_name) then
    raise '% is not a regular table', table_name;
  end if;
  if exists (select from pg_trigger where tgrelid = table_name and not tgisinternal) then
    raise 'triggers are not supported on distributed tables or reference tables: %', table_name;
  end if;
  if exists (select from pg_attribute where attrelid = table_name and attidentity <> '')
    or exists (select from pg_depend where refobjid = table_name and classid = 'pg_class'::regclass and deptype = 'a'
      and objid in (select oid from pg_class where relkind = 'S')) then
    raise 'a number of % comes from a sequence, which every node would have to ask for', table_name;
  end if;
end $$;

create function create_reference_table(table_name regclass) returns void language plpgsql as $$
begin
  perform check_is_local(table_name);
  if exists (
    select from pg_constraint k where k.conrelid = table_name and k.contype = 'f' and k.confrelid <> table_name
      and not exists (select from pg_dist_partition p where p.logicalrelid = k.confrelid and p.repmodel = 't')
  ) then
    raise 'cannot create foreign key constraint since foreign keys from reference tables to distributed tables are not supported: %', table_name;
  end if;
  insert into pg_dist_partition values (table_name, 'n', null, 1, 't');
end $$;

create function find_column(table_name regclass, column_name text) returns smallint language sql as $$
  select attnum from pg_attribute where attrelid = table_name and attname = column_name and not attisdropped
$$;

create function check_unique_keys(table_name regclass, distribution_column text) returns void language plpgsql as $$
declare
  place smallint := find_column(table_name, distribution_column);
  one record;
begin
  for one in
    select indexrelid::regclass as name, (indkey::int2[])[0:indnkeyatts - 1] as columns from pg_index
    where indrelid = table_name and (indisunique or indisexclusion)
  loop
    if not place = any (one.columns) then
      raise 'cannot create constraint on "%": distributed relations cannot have UNIQUE, EXCLUDE, or PRIMARY KEY constraints that do not include the partition column: %', table_name, one.name;
    end if;
  end loop;
end $$;

create function check_foreign_keys(table_name regclass, distribution_column text, group_id integer)
returns void language plpgsql as $$
declare
  place smallint := find_column(table_name, distribution_column);
  one record;
begin
  for one in
    select k.*, p.partmethod, p.colocationid, p.repmodel, find_column(k.confrelid, p.partkey) as referenced_place
    from pg_constraint k left join pg_dist_partition p on p.logicalrelid = k.confrelid
    where k.conrelid = table_name and k.contype = 'f' and k.confrelid <> table_name
  loop
    if one.partmethod is null then
      raise 'cannot create foreign key constraint: % must be a distributed table or a reference table', one.confrelid::regclass;
    end if;
    if place = any (one.conkey) and (one.confdeltype in ('n', 'd') or one.confupdtype in ('n', 'd', 'c')) then
      raise 'cannot create foreign key constraint: % would change the distribution key', one.conname;
    end if;
    continue when one.repmodel = 't';
    if one.colocationid <> group_id then
      raise 'cannot create foreign key constraint since relations are not colocated or not referencing a reference table: %', one.conname;
    end if;
    if array_position(one.conkey, place) is distinct from array_position(one.confkey, one.referenced_place) then
      raise 'cannot create foreign key constraint: % does not have the partition column at the same ordinal', one.conname;
    end if;
  end loop;
  for one in
    select k.* from pg_constraint k
    where k.confrelid = table_name and k.contype = 'f' and k.conrelid <> table_name
      and not exists (select from pg_dist_partition p where p.logicalrelid = k.conrelid and p.partmethod = 'h')
  loop
    raise 'cannot create foreign key constraint since foreign keys from reference tables and local tables to distributed tables are not supported: %', one.conname;
  end loop;
end $$;

create function find_group(table_name regclass, distribution_column text, colocate_with text)
returns integer language plpgsql as $$
declare
  beside pg_dist_partition;
begin
  if colocate_with = 'none' then return (select coalesce(max(colocationid), 0) + 1 from pg_dist_partition); end if;
  if colocate_with = 'default' then return 1000000; end if;
  select * into beside from pg_dist_partition where logicalrelid = colocate_with::regclass and partmethod = 'h';
  if not found then raise 'relation % is not distributed', colocate_with; end if;
  if (select atttypid from pg_attribute where attrelid = table_name and attname = distribution_column)
    <> (select atttypid from pg_attribute where attrelid = beside.logicalrelid and attname = beside.partkey) then
    raise 'cannot colocate tables % and %: distribution column types don''t match', beside.logicalrelid, table_name;
  end if;
  return beside.colocationid;
end $$;

create function create_distributed_table(
  table_name regclass,
  distribution_column text,
  distribution_type citus.distribution_type default 'hash',
  colocate_with text default 'default',
  shard_count int default null
) returns void language plpgsql as $$
declare
  group_id integer;
begin
  perform check_is_local(table_name);
  if find_column(table_name, distribution_column) is null then
    raise 'column "%" of relation "%" does not exist', distribution_column, table_name;
  end if;
  group_id := find_group(table_name, distribution_column, colocate_with);
  perform check_unique_keys(table_name, distribution_column);
  perform check_foreign_keys(table_name, distribution_column, group_id);
  insert into pg_dist_partition values (table_name, 'h', distribution_column, group_id, 's');
end $$;
