SELECT DISTINCT predict('news', x, s).prediction AS class, k FROM p ORDER BY class, k
SELECT DISTINCT predict('price', x) FROM p
SELECT count(DISTINCT predict('news', x, s).prediction), count(DISTINCT predict('news', x, s).prediction, k), approx_count_distinct(predict('price', x).prediction) FROM p
SELECT id, predict('news', x, s).prediction FROM p ORDER BY id LIMIT 4
-- The same call under other names.
SELECT predict('news', x, s).prediction AS a, predict('news@3', p.x, p.s).prediction AS b, predict('news@champion', P.x, s).confidence FROM p
SELECT a.r.prediction, predict('news', x, s).confidence FROM (SELECT *, predict('news', x, s) AS r FROM p) a WHERE predict('news', a.x, a.s).confidence > 0.6
