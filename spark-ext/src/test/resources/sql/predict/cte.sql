WITH c AS (SELECT id, predict('news', x, s) AS r FROM p) SELECT id, r.prediction FROM c WHERE r.confidence > 0.7 ORDER BY id
WITH c AS (SELECT id, predict('news', x, s) AS r FROM p), d AS (SELECT * FROM c WHERE r.confidence > 0.7) SELECT d.id, c.r.prediction FROM d JOIN c ON d.id = c.id + 1 ORDER BY d.id
WITH c AS (SELECT id, k, predict('news', x, s) AS r FROM p) SELECT k, count(*) FROM c WHERE r.prediction = (SELECT max(r.prediction) FROM c) GROUP BY k ORDER BY k
WITH c (i, class) AS (SELECT id, predict('news', x, s).prediction FROM p) SELECT class, count(*) FROM c GROUP BY class ORDER BY class
WITH a AS (WITH b AS (SELECT * FROM p WHERE id < 50) SELECT id, predict('digits', v) AS r FROM b) SELECT id, r.prediction + 1 FROM a ORDER BY id
WITH c AS (SELECT id, rand(5) AS u, predict('truth', s) AS r FROM p) SELECT a.id, a.u = b.u FROM c a JOIN c b ON a.id = b.id WHERE a.r.prediction ORDER BY a.id
SELECT id FROM p WHERE id IN (WITH c AS (SELECT id, predict('truth', s) AS r FROM q) SELECT id FROM c WHERE r.prediction) ORDER BY id
WITH c AS (SELECT * FROM p LIMIT 20) SELECT count(predict('news', x, s).prediction) FROM c
