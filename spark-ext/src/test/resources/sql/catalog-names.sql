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
--! INVALID_ATTRIBUTE_NAME_SYNTAX
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
