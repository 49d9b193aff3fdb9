SELECT id, predict('news', x, s).prediction FROM p UNION SELECT id, predict('news', x, s).prediction FROM q ORDER BY id
SELECT class, count(*) FROM (SELECT predict('news', x, s).prediction AS class FROM p UNION ALL SELECT predict('truth', s).prediction || '' FROM q UNION ALL SELECT m FROM few_m) GROUP BY class ORDER BY class
SELECT * FROM (SELECT id, predict('news', x, s) AS r FROM p UNION ALL SELECT id, predict('news', x, s) AS r FROM q) WHERE r.confidence > 0.8 ORDER BY id
SELECT id, predict('news', x, s).prediction FROM (SELECT id, x, s FROM p UNION ALL SELECT id, x, s FROM q) ORDER BY id, x
SELECT predict('news', x, s).prediction FROM p INTERSECT SELECT predict('news', x, s).prediction FROM q WHERE id < 3
SELECT predict('digits', v).prediction FROM p EXCEPT ALL SELECT predict('digits', v).prediction FROM q
