SELECT predict('news', x, s).prediction AS class, count(*), avg(predict('news', x, s).confidence) FROM p GROUP BY predict('news', x, s).prediction ORDER BY class
SELECT predict('news', x, s).prediction AS class, count(*) AS n FROM p GROUP BY 1 ORDER BY n, class
SELECT k, predict('price', k).prediction AS y, sum(predict('price', x).prediction) FROM p GROUP BY k ORDER BY k
SELECT k, predict('price', sum(x)).prediction AS y FROM p GROUP BY k ORDER BY k
SELECT predict('price', count(*)).prediction FROM p
SELECT k, count(DISTINCT predict('news', x, s).prediction), count(DISTINCT s) FROM p GROUP BY k ORDER BY k
SELECT k, predict('truth', s).prediction AS t, count(*) FROM p GROUP BY GROUPING SETS ((k), (predict('truth', s).prediction)) ORDER BY k, t
SELECT k, sum(x) FILTER (WHERE predict('truth', s).prediction) FROM p GROUP BY k ORDER BY k
SELECT id, row_number() OVER (PARTITION BY predict('news', x, s).prediction ORDER BY id) AS n FROM p ORDER BY id
SELECT id, sum(predict('price', x).prediction) OVER (PARTITION BY k ORDER BY id) AS n FROM q ORDER BY id
SELECT id, predict('price', row_number() OVER (ORDER BY id)).prediction FROM q ORDER BY id
SELECT id FROM p ORDER BY predict('price', x).prediction DESC, id
SELECT id FROM p ORDER BY predict('price', x).prediction DESC, id LIMIT 7
SELECT id, predict('news', x, s).prediction FROM p ORDER BY id LIMIT 5 OFFSET 3
