-- Nothing may leave the warehouse, or take a name that the catalog keeps for itself.
CREATE TABLE `../outside` (id INT);
--! Cannot use '../outside' as the name of a table
CREATE TABLE `..` (id INT);
--! Cannot use '..' as the name of a table
CREATE TABLE `a/b` AS SELECT 1 AS x;
--! Cannot use 'a/b' as the name of a table
CREATE TABLE `/etc/x` AS SELECT 1 AS x;
--! Cannot use '/etc/x' as the name of a table
CREATE TABLE `_delta_log` (id INT);
--! Cannot use '_delta_log' as the name of a table
CREATE TABLE `_catalog` (id INT) USING parquet;
--! Cannot use '_catalog' as the name of a table
CREATE OR REPLACE TABLE `a%2Fb` AS SELECT 1 AS x;
--! Cannot use 'a%2Fb' as the name of a table
CREATE TABLE `a b` (id INT) USING parquet;
--! Cannot use 'a b' as the name of a table
CREATE TABLE `..`.t (id INT);
--! INVALID_ATTRIBUTE_NAME_SYNTAX
CREATE VIEW `../v` AS SELECT 1 AS x;
--! Cannot use '../v' as the name of a table
CREATE DATABASE `../d`;
--! Cannot use '../d' as the name of a database
CREATE DATABASE IF NOT EXISTS `..`;
--! Cannot use '..' as the name of a database
CREATE DATABASE `_d`;
--! Cannot use '_d' as the name of a database
CREATE TABLE legit (id INT);
ALTER TABLE legit RENAME TO `../stolen`;
--! Cannot use '../stolen' as the name of a table
SELECT * FROM `../legit`;
--! TABLE_OR_VIEW_NOT_FOUND
SELECT * FROM `..`.`legit`;
--! INVALID_ATTRIBUTE_NAME_SYNTAX
DROP TABLE IF EXISTS `../legit`;
DROP TABLE IF EXISTS `..`;
DROP TABLE IF EXISTS default.`.`;
SELECT count(*) FROM legit;
--> 0
DROP TABLE legit;

-- A place outside is refused, whichever command names it; one inside is not.
CREATE TABLE far (id INT) LOCATION '/tmp/outside';
--! Cannot place table default.far at file:/tmp/outside: it lies outside the warehouse file:${warehouse}, which names and paths cannot leave
CREATE TABLE far (id INT) USING delta LOCATION '${warehouse}-outside';
--! Cannot place table default.far at
CREATE TABLE far USING delta LOCATION '${warehouse}/../outside' AS SELECT 1 AS id;
--! Cannot place table default.far at
CREATE OR REPLACE TABLE far USING delta LOCATION 'hdfs://host${warehouse}/far' AS SELECT 1 AS id;
--! Cannot place table default.far at
CREATE TABLE far (id INT) USING delta LOCATION '../../outside';
--! Cannot place table default.far at
CREATE TABLE far (id INT) USING delta LOCATION '${warehouse}';
--! Cannot place table default.far at
CREATE TABLE far (id INT) USING csv LOCATION '/tmp/outside';
--! Cannot place table default.far at
CREATE TABLE far (id INT) USING csv OPTIONS (path '/tmp/outside');
--! Cannot place table default.far at
CREATE TABLE far USING parquet LOCATION '/tmp/outside' AS SELECT 1 AS id;
--! Cannot place table default.far at
CREATE TABLE far (id INT) USING delta OPTIONS (path '/tmp/outside');
--! Cannot place table default.far at
CREATE TABLE far USING parquet LOCATION '../../outside' AS SELECT 1 AS id;
--! Cannot place table default.far at
CREATE TABLE reeds USING parquet LOCATION 'lake/reeds' AS SELECT 1 AS id;
SELECT count(*) FROM parquet.`${warehouse}/default/lake/reeds`;
--> 1
DROP TABLE reeds;
CREATE TABLE near (id INT);
CREATE TABLE far LIKE near USING parquet LOCATION '/tmp/outside';
--! Cannot place table default.far at
CREATE TABLE far SHALLOW CLONE near LOCATION '/tmp/outside';
--! Cannot place table default.far at
ALTER TABLE near SET LOCATION '/tmp/outside';
--! Cannot place table default.near at
ALTER TABLE near SET LOCATION '../../outside';
--! Cannot place table default.near at
CREATE TABLE leaf (id INT) USING parquet;
ALTER TABLE leaf SET LOCATION '/tmp/outside';
--! Cannot place table default.leaf at
ALTER TABLE leaf SET LOCATION 'leaves';
--! Cannot place table default.leaf at leaves: of tables in this format it is not certain where a relative path starts
ALTER TABLE leaf SET LOCATION '${warehouse}/default/leaves';
SELECT count(*) FROM leaf;
--> 0
CREATE TABLE far (id INT) USING delta LOCATION '${warehouse}/default/lake/../lake/far';
INSERT INTO far VALUES (3);
ALTER TABLE near SET LOCATION '${warehouse}/default/lake/far';
--! Cannot place table default.near at ${warehouse}/default/lake/far: it is the folder of its name
CREATE TABLE other (id INT) USING delta LOCATION 'lake/other';
INSERT INTO other VALUES (4);
SELECT count(*) FROM delta.`${warehouse}/default/lake/other`;
--> 1
ALTER TABLE far SET LOCATION '/tmp/outside';
--! Cannot place table default.far at
ALTER TABLE far SET LOCATION 'lake/other';
SELECT * FROM far;
--> 4
DROP TABLE other;
SHOW TABLES LIKE 'far|near';
--> default | far | false
--> default | near | false
DROP TABLE far;
DROP TABLE near;
DROP TABLE leaf;
