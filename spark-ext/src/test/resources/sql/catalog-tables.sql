-- The life of a table in the default database.
CREATE TABLE items (id INT, name STRING);
CREATE TABLE items (id INT);
--! TABLE_OR_VIEW_ALREADY_EXISTS
CREATE TABLE IF NOT EXISTS items (other INT);
INSERT INTO items VALUES (1, 'one'), (2, 'two');
SELECT * FROM items;
--> 1 | one
--> 2 | two
SELECT count(*) FROM delta.`${warehouse}/default/items`;
--> 2
SELECT * FROM Default.ITEMS WHERE id = 1;
--> 1 | one
UPDATE items SET name = 'eins' WHERE id = 1;
DELETE FROM items WHERE id = 2;
MERGE INTO items t USING (SELECT 3 AS id, 'three' AS name UNION ALL SELECT 1, 'uno') s ON t.id = s.id
  WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *;
SELECT * FROM items;
--> 1 | uno
--> 3 | three
SELECT id FROM items VERSION AS OF 1;
--> 1
--> 2
ALTER TABLE items ADD COLUMN price DOUBLE;
ALTER TABLE items SET TBLPROPERTIES ('owner.team' = 'data');
SELECT * FROM items WHERE id = 3;
--> 3 | three | null
CREATE OR REPLACE TABLE items AS SELECT 9 AS id;
SELECT * FROM items;
--> 9
ALTER TABLE items RENAME TO goods;
SELECT * FROM items;
--! TABLE_OR_VIEW_NOT_FOUND
SELECT * FROM goods;
--> 9
SELECT count(*) FROM delta.`${warehouse}/default/goods`;
--> 1
CREATE TABLE items USING delta PARTITIONED BY (part) AS SELECT id, id % 2 AS part FROM range(4);
ALTER TABLE items RENAME TO goods;
--! ALREADY_EXISTS
SELECT part, count(*) FROM items GROUP BY part;
--> 0 | 2
--> 1 | 2
INSERT OVERWRITE items SELECT 7, 7;
SELECT * FROM items;
--> 7 | 7
DROP TABLE items;
DROP TABLE items;
--! TABLE_OR_VIEW_NOT_FOUND
DROP TABLE IF EXISTS items;
SELECT count(*) FROM delta.`${warehouse}/default/items`;
--! not
CREATE TABLE items AS SELECT 1 AS fresh;
SELECT * FROM items;
--> 1
DROP TABLE items;
DROP TABLE goods;

-- A table elsewhere in the warehouse: its folder stays when it is dropped.
CREATE TABLE there USING delta LOCATION '${warehouse}/default/lake/there' AS SELECT 5 AS x;
SELECT * FROM there;
--> 5
INSERT INTO there VALUES (6);
ALTER TABLE there RENAME TO yonder;
SELECT * FROM yonder;
--> 5
--> 6
DROP TABLE yonder;
SELECT count(*) FROM delta.`${warehouse}/default/lake/there`;
--> 2

-- Tables of other formats.
CREATE TABLE leaves (id INT, part INT) USING parquet PARTITIONED BY (part);
INSERT INTO leaves VALUES (1, 10), (2, 20);
SELECT * FROM leaves WHERE part = 20;
--> 2 | 20
CREATE TABLE pages USING csv OPTIONS (header 'true') AS SELECT 'x' AS word;
SELECT * FROM pages;
--> x
ALTER TABLE leaves RENAME TO foliage;
SELECT count(*) FROM foliage;
--> 2
DROP TABLE foliage;
DROP TABLE pages;
SELECT * FROM leaves;
--! TABLE_OR_VIEW_NOT_FOUND

-- Temporary views hide tables of their name and leave them alone.
CREATE TABLE shade AS SELECT 1 AS x;
CREATE TEMPORARY VIEW shade AS SELECT 2 AS x;
SELECT * FROM shade;
--> 2
SELECT * FROM default.shade;
--> 1
DROP VIEW shade;
SELECT * FROM shade;
--> 1
DROP TABLE shade;

-- Copies.
CREATE TABLE source AS SELECT 1 AS x;
CREATE TABLE twin LIKE source;
SELECT count(*) FROM twin;
--> 0
CREATE TABLE clone SHALLOW CLONE source;
SELECT * FROM clone;
--> 1
DROP TABLE twin;
DROP TABLE clone;
DROP TABLE source;
