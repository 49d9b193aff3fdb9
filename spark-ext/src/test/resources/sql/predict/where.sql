SELECT id FROM p WHERE predict('news', x, s).confidence > 0.8 ORDER BY id
SELECT id, predict('news', x, s).prediction FROM p WHERE predict('news', x, s).confidence > 0.8 AND id < 100 ORDER BY id
SELECT id FROM p WHERE predict('news', x, s).prediction IN ('World', 'Sports') AND rand(3) >= 0 ORDER BY id
SELECT id FROM p WHERE predict('truth', s).prediction OR predict('price', x).prediction > 50 ORDER BY id
SELECT id FROM p WHERE predict('truth', s).prediction AND predict('truth', m).prediction AND k = 1 ORDER BY id
SELECT id FROM p WHERE predict('news', x, s).error IS NOT NULL
SELECT count(*) FROM (SELECT id FROM p WHERE predict('news', x, s).confidence > 0.5 LIMIT 5)
SELECT k, count(*) FROM p GROUP BY k HAVING predict('price', k).prediction > 10 ORDER BY k
-- Subqueries.
SELECT id FROM p WHERE predict('news', x, s).prediction IN (SELECT predict('news', x, s).prediction FROM q WHERE id < 3) ORDER BY id
SELECT id FROM p WHERE EXISTS (SELECT 1 FROM q WHERE q.k = p.k AND predict('truth', q.s).prediction) ORDER BY id
SELECT id FROM p WHERE id NOT IN (SELECT id FROM q WHERE predict('truth', s).prediction) ORDER BY id
SELECT id, (SELECT max(predict('price', x).prediction) FROM q WHERE q.k = p.k) AS top FROM p ORDER BY id
SELECT id, (SELECT max(predict('price', x).prediction) FROM q) AS top FROM p ORDER BY id
SELECT id FROM p WHERE predict('price', (SELECT max(x) FROM q)).prediction < predict('price', x).prediction ORDER BY id
