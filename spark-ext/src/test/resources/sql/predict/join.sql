SELECT p.id, q.id FROM p JOIN q ON p.id = q.id AND predict('truth', p.s).prediction ORDER BY p.id
SELECT p.id, q.id FROM p JOIN q ON predict('digits', p.v).prediction = q.k AND p.id < 9 ORDER BY p.id, q.id
SELECT p.id, q.id FROM p JOIN q ON predict('digits', p.v).prediction = predict('digits', q.v).prediction AND p.id < 9 ORDER BY p.id, q.id
SELECT p.id, q.id, predict('news', p.x, q.s).prediction FROM p JOIN q ON p.id = q.id ORDER BY p.id
SELECT p.id, q.id FROM p JOIN q ON p.id = q.id AND predict('news', p.x, q.s).confidence > 0.6 ORDER BY p.id
SELECT p.id, q.id, predict('truth', q.s).prediction FROM p LEFT JOIN q ON p.id = q.id AND predict('truth', q.s).prediction ORDER BY p.id
SELECT p.id, q.id FROM q RIGHT JOIN p ON p.id = q.id AND predict('truth', p.s).prediction ORDER BY p.id
SELECT p.id, q.id FROM p FULL JOIN q ON p.id = q.id + 1 AND predict('truth', p.s).prediction ORDER BY p.id, q.id
SELECT p.id FROM p LEFT SEMI JOIN q ON p.id = q.id AND predict('truth', q.s).prediction ORDER BY p.id
SELECT p.id FROM p LEFT ANTI JOIN q ON p.id = q.id AND predict('truth', q.s).prediction ORDER BY p.id
SELECT /*+ MERGE(q) */ p.id, predict('truth', p.s).prediction FROM p JOIN q ON p.k = q.k WHERE predict('truth', p.s).prediction AND q.id < 4 ORDER BY p.id
SELECT a.class, count(*) FROM (SELECT predict('news', x, s).prediction AS class FROM p) a JOIN (SELECT predict('news', x, s).prediction AS class FROM q) b ON a.class = b.class GROUP BY a.class ORDER BY a.class
SELECT predict('price', x).prediction FROM p UNION ALL SELECT predict('price', x).high FROM q
SELECT predict('news', x, s).prediction FROM p EXCEPT SELECT predict('news', x, s).prediction FROM q WHERE id < 2
WITH c AS (SELECT id, predict('news', x, s) AS r FROM p) SELECT a.id, a.r.prediction, b.r.confidence FROM c a JOIN c b ON a.id = b.id ORDER BY a.id
SELECT id, predict('truth', s).prediction FROM p TABLESAMPLE (50 PERCENT) REPEATABLE (5) ORDER BY id
