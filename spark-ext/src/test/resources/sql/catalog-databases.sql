CREATE DATABASE shop COMMENT 'things to sell' WITH DBPROPERTIES ('team' = 'north');
CREATE DATABASE shop;
--! SCHEMA_ALREADY_EXISTS
CREATE DATABASE IF NOT EXISTS shop;
SHOW DATABASES LIKE 'sh*';
--> shop
DESCRIBE DATABASE shop;
--> Catalog Name | spark_catalog
--> Namespace Name | shop
--> Comment | things to sell
--> Location | file:${warehouse}/shop
--> Owner | ${user}
CREATE TABLE shop.orders (id INT);
CREATE TABLE shop.parts AS SELECT 1 AS id;
SHOW TABLES IN shop;
--> shop | orders | false
--> shop | parts | false
SHOW TABLES IN shop LIKE 'o*';
--> shop | orders | false
INSERT INTO shop.orders VALUES (4);
SELECT o.id FROM shop.orders o;
--> 4
USE shop;
SELECT * FROM parts;
--> 1
SELECT current_database();
--> shop
CREATE TABLE here AS SELECT 3 AS x;
SELECT count(*) FROM delta.`${warehouse}/shop/here`;
--> 1
DROP TABLE here;
USE default;
ALTER TABLE shop.orders RENAME TO shop.sales;
SELECT * FROM shop.sales;
--> 4
ALTER DATABASE shop SET DBPROPERTIES ('team' = 'south');
DROP DATABASE shop;
--! SCHEMA_NOT_EMPTY
DROP TABLE shop.sales;
DROP TABLE shop.parts;
DROP DATABASE shop;
DROP DATABASE shop;
--! SCHEMA_NOT_FOUND
DROP DATABASE IF EXISTS shop;
SHOW DATABASES LIKE 'sh*';
--> (none)
CREATE DATABASE full;
CREATE TABLE full.t AS SELECT 1 AS x;
CREATE VIEW full.v AS SELECT * FROM full.t;
DROP DATABASE full CASCADE;
SELECT * FROM full.t;
--! TABLE_OR_VIEW_NOT_FOUND
DROP DATABASE default;
--! Drop the default database
DROP DATABASE spark_catalog.athanor;
--! Cannot drop database athanor: it holds the runs and models of this warehouse
CREATE DATABASE far LOCATION '/tmp/far';
--! Cannot place database far at file:/tmp/far: a database of the warehouse lies in file:${warehouse}/far
CREATE DATABASE far LOCATION '${warehouse}/nearer/../../far';
--! Cannot place database far at
CREATE DATABASE far LOCATION '${warehouse}/shop/../far';
ALTER DATABASE far SET LOCATION '/tmp/far';
--! Cannot place database far at
ALTER DATABASE far SET LOCATION 'hdfs://other${warehouse}/far';
--! Cannot place database far at hdfs://other${warehouse}/far: a database of the warehouse lies in file:${warehouse}/far
CREATE TABLE far.t AS SELECT 1 AS x;
SELECT count(*) FROM delta.`${warehouse}/far/t`;
--> 1
DROP TABLE far.t;
DROP DATABASE far;
CREATE TABLE nosuch.t (id INT);
--! SCHEMA_NOT_FOUND
SHOW TABLES IN nosuch;
--! SCHEMA_NOT_FOUND
SELECT * FROM nosuch.t;
--! TABLE_OR_VIEW_NOT_FOUND
