CREATE TABLE base AS SELECT id, id * id AS square FROM range(5);
CREATE VIEW evens (n COMMENT 'a number', nn) COMMENT 'even numbers' AS SELECT * FROM base WHERE id % 2 = 0;
SELECT * FROM evens WHERE n > 0;
--> 2 | 4
--> 4 | 16
CREATE VIEW evens AS SELECT 1;
--! TABLE_OR_VIEW_ALREADY_EXISTS
CREATE VIEW IF NOT EXISTS evens AS SELECT 1;
CREATE TABLE evens (x INT);
--! ALREADY_EXISTS
CREATE VIEW base AS SELECT 1;
--! ALREADY_EXISTS
CREATE OR REPLACE VIEW evens AS SELECT id AS n FROM base WHERE id = 2;
SELECT * FROM evens;
--> 2
ALTER VIEW evens AS SELECT id AS n FROM base WHERE id = 4;
SELECT * FROM evens;
--> 4
SHOW VIEWS LIKE 'ev*';
--> default | evens | false
ALTER VIEW evens RENAME TO pairs;
SELECT * FROM pairs;
--> 4
SELECT * FROM evens;
--! TABLE_OR_VIEW_NOT_FOUND
ALTER VIEW pairs SET TBLPROPERTIES ('k' = 'v');
SHOW TBLPROPERTIES pairs ('k');
--> k | v
CREATE VIEW onview AS WITH c AS (SELECT n + 1 AS m FROM pairs) SELECT m FROM c;
SELECT * FROM onview;
--> 5
DROP TABLE pairs;
--! Use DROP VIEW instead
DROP VIEW base;
--! Use DROP TABLE instead
DROP VIEW onview;
DROP VIEW pairs;
DROP VIEW pairs;
--! TABLE_OR_VIEW_NOT_FOUND
DROP VIEW IF EXISTS pairs;
DROP TABLE base;
