-- WHERE names a call of the select list by its alias.
SELECT s, predict('news@champion', x, s) AS p FROM p WHERE p.confidence > 0.9
SELECT id, predict('news', x, s) AS r FROM p WHERE r.confidence > 0.7 AND id < 100 ORDER BY id
SELECT id, predict('news', x, s) AS r FROM p WHERE r.confidence > 0.7 ORDER BY r.confidence DESC, id LIMIT 7
SELECT id, predict('news', x, s) r FROM p WHERE R.Confidence > 0.7 OR r.prediction = 'World' ORDER BY id
SELECT id, predict('news', x, s) AS `the news` FROM p WHERE `the news`.confidence > 0.7 ORDER BY `the news`.confidence, id
SELECT id, predict('news', x, s) AS r FROM p WHERE r.probabilities['Sports'] > 0.2 ORDER BY id
SELECT id, predict('news', x, s) AS r FROM p WHERE r IS NOT NULL AND r.error IS NULL ORDER BY id
SELECT id, predict('news', x, s) AS r, predict('price', x) AS y FROM p WHERE r.confidence > 0.6 AND y.prediction > 50 ORDER BY id
SELECT *, predict('news', x, s) AS r FROM p WHERE r.confidence > 0.8 ORDER BY id
SELECT a.*, predict('news', *) AS r FROM (SELECT x, s FROM p) a WHERE r.confidence > 0.8
SELECT id, predict('news', x, s) AS r, r.confidence * 2 AS twice FROM p WHERE r.confidence > 0.7 ORDER BY twice, id
SELECT id, x + 1 AS next, concat(s, next) AS t, predict('news', next, t) AS r FROM p WHERE r.confidence > 0.7 ORDER BY id
SELECT id, predict('truth', predict('news', x, s).prediction) AS r FROM p WHERE r.prediction ORDER BY id
SELECT id, predict('price', (SELECT max(x) FROM q) + x) AS r FROM p WHERE r.prediction > 40 ORDER BY id
SELECT id, predict('news', x, s) AS r FROM p WHERE r.prediction IN (SELECT predict('news', x, s).prediction FROM q WHERE id < 3) ORDER BY id
SELECT id, predict('news', x, s) AS r FROM p WHERE r.confidence > (SELECT avg(predict('news', x, s).confidence) FROM q) ORDER BY id
SELECT DISTINCT t.prediction, k FROM (SELECT k, predict('news', x, s) AS t FROM p WHERE t.confidence > 0.6)
SELECT count(*), max(r.confidence) FROM (SELECT predict('news', x, s) AS r FROM p WHERE r.confidence > 0.7)
SELECT p.id, q.id, predict('news', p.x, q.s) AS r FROM p JOIN q ON p.k = q.k AND q.id < 5 WHERE r.confidence > 0.8 ORDER BY p.id, q.id
SELECT id, e, predict('price', e) AS r FROM p LATERAL VIEW explode(v) t AS e WHERE r.prediction > 50 ORDER BY id, e
SELECT id, predict('truth', s) AS r, row_number() OVER (ORDER BY id) AS n FROM p WHERE r.prediction ORDER BY id
SELECT k, predict('price', k) AS r, count(*) FROM p WHERE r.prediction > 10 GROUP BY k ORDER BY k
SELECT k, predict('price', sum(x)) AS r FROM p GROUP BY k HAVING r.prediction > 10 ORDER BY r.prediction
SELECT predict('truth', s) AS r, count(*) AS n FROM p WHERE r.prediction GROUP BY s ORDER BY n, r.confidence
SELECT count(predict('news', x, s)) AS n FROM p WHERE predict('news', x, s).confidence > 0.7
SELECT predict('truth', s) AS r FROM p WHERE r.prediction UNION ALL SELECT predict('truth', s) AS r FROM q WHERE NOT r.prediction
WITH c AS (SELECT id, predict('news', x, s) AS r FROM p WHERE r.confidence > 0.7) SELECT count(*), min(id) FROM c WHERE r.prediction <> 'World'
SELECT id FROM q WHERE id IN (SELECT id FROM (SELECT id, predict('truth', s) AS r FROM p WHERE r.prediction)) ORDER BY id
SELECT id FROM q WHERE EXISTS (SELECT predict('truth', p.s) AS r FROM p WHERE r.prediction AND p.id = q.id) ORDER BY id
SELECT id, predict('news', x, s) AS r FROM VALUES (1, 0.5D, 'a'), (2, 1.5D, 'b'), (3, 2.5D, 'c') AS t(id, x, s) WHERE r.confidence > 0.5 ORDER BY id
-- A table's own columns and names come before the alias.
SELECT id, predict('news', x, s) AS x FROM p WHERE x > 1 ORDER BY id
SELECT id, predict('news', x, s) AS p FROM p WHERE p.id < 20 AND p.confidence > 0.7 ORDER BY id
SELECT q.id FROM q WHERE EXISTS (SELECT predict('truth', p.s) AS q FROM p WHERE q.id = p.id) AND predict('truth', q.s).prediction ORDER BY q.id
