SELECT id FROM p WHERE predict('news', x, s).prediction NOT IN (SELECT predict('news', x, s).prediction FROM q WHERE id < 2) ORDER BY id
SELECT id FROM p WHERE NOT EXISTS (SELECT 1 FROM q WHERE q.id = p.id AND predict('truth', q.s).prediction) ORDER BY id
SELECT id FROM p WHERE EXISTS (SELECT 1 FROM q WHERE predict('price', q.x).prediction > 99.9) OR predict('truth', s).prediction ORDER BY id
SELECT id, predict('truth', s).prediction OR id IN (SELECT id FROM q WHERE predict('truth', s).prediction) AS either FROM p ORDER BY id
SELECT id, (SELECT count(*) FROM q WHERE q.k = p.k AND predict('news', q.x, q.s).confidence > 0.7) AS n FROM p ORDER BY id
SELECT id, predict('price', (SELECT sum(q.x) FROM q WHERE q.k = p.k)).prediction FROM p ORDER BY id
SELECT k, max(predict('price', x).prediction) FROM p GROUP BY k HAVING max(predict('price', x).prediction) >= (SELECT avg(predict('price', x).prediction) FROM q) ORDER BY k
SELECT (SELECT predict('news', 1.5D, 'one').prediction), (SELECT max(predict('price', x).high) FROM q)
SELECT id FROM (SELECT id, r FROM (SELECT id, predict('news', x, s) AS r FROM p ORDER BY id LIMIT 100) WHERE r.confidence > 0.6) WHERE r.prediction = 'Sports' ORDER BY id
