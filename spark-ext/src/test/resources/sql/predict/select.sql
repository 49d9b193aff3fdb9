-- In the select list.
SELECT id, predict('news', x, s) AS p FROM p ORDER BY id
SELECT predict('news', x, s).prediction FROM p
SELECT r.* FROM (SELECT predict('news@3', x, s) AS r FROM p)
SELECT predict('price', x) FROM p
SELECT predict('price', x).low, predict('price', x).high FROM p
SELECT id, predict('digits', v).prediction + 1 AS next FROM p ORDER BY id
SELECT predict('truth', s).prediction AND id > 5 FROM p
SELECT predict('days', x).prediction FROM p
SELECT id, predict('news', x, s).prediction AS a, predict('news', x + 1, upper(s)).prediction AS b FROM p ORDER BY id
SELECT predict('news', x, 'constant').confidence FROM p
SELECT predict('news', NULL, NULL).prediction FROM p
SELECT predict('news', x, m).prediction FROM p
SELECT predict('price', id), predict('price', CAST(id AS SMALLINT)), predict('price', CAST(id AS DECIMAL(12,2))) FROM p
SELECT predict('digits', array(1, 2)).error, predict('digits', array(CAST(x AS DOUBLE), NULL, 1.5)).prediction FROM p
SELECT predict('news', 1.5, 'one').prediction
SELECT * FROM (SELECT id, predict('news', x, s) AS p FROM p) WHERE p.confidence > 0.7 ORDER BY id
SELECT id, rand(7) >= 0 AS r, predict('news', x, s).prediction FROM p ORDER BY id
SELECT id, monotonically_increasing_id() >= 0 AS r, predict('digits', v).prediction FROM p ORDER BY id
SELECT CASE WHEN x > 1 THEN predict('price', x).prediction ELSE -1 END FROM p
SELECT coalesce(predict('price', x).prediction, 0) FROM p
SELECT DISTINCT predict('news', x, s).prediction FROM p
SELECT explode(map_keys(predict('news', x, s).probabilities)) FROM q
SELECT id, col FROM q LATERAL VIEW explode(array(predict('price', x).low, predict('price', x).high)) t AS col ORDER BY id, col
-- Predictions over predictions.
SELECT predict('truth', predict('news', x, s).prediction).prediction FROM p
SELECT predict('price', predict('price', predict('price', x).prediction).high).low, predict('price', x).prediction FROM p
-- Inputs without rows, with literal rows, with errors.
SELECT predict('news', x, s) FROM nothing
SELECT id, predict('truth', s) FROM few ORDER BY id
SELECT predict('price', CAST('Infinity' AS DOUBLE)), predict('price', CAST('NaN' AS DOUBLE)), predict('price', -0.0D) FROM q
-- What tells the file that is being read must not tell a later row's.
SELECT id, regexp_extract(input_file_name(), 'part-[0-9]+', 0) AS f, input_file_block_start() AS b, predict('news', x, s).prediction FROM p ORDER BY id
SELECT regexp_extract(input_file_name(), 'part-[0-9]+', 0) AS f, count(*), min(id) FROM p WHERE predict('news', x, s).confidence > 0.6 AND id > 20 GROUP BY f ORDER BY f
SELECT id, f, r.prediction FROM (SELECT id, regexp_extract(input_file_name(), 'part-[0-9]+', 0) AS f, predict('news', x, s) AS r FROM p WHERE id % 3 = 0) WHERE r.confidence > 0.6 AND f > 'part-00000' ORDER BY id
SELECT count(*) FROM p WHERE predict('truth', s).prediction AND input_file_name() LIKE '%part-00001%'
