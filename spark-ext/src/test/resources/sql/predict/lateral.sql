SELECT id, predict('news', x, s) AS r, r.prediction AS class, upper(class) AS loud FROM p ORDER BY id
SELECT id, x * 2 AS y, predict('price', y) AS r, r.high - r.low AS wide FROM p ORDER BY id
SELECT id, l.class FROM p, LATERAL (SELECT predict('news', p.x, p.s).prediction AS class) l ORDER BY id
SELECT p.id, l.n FROM p, LATERAL (SELECT count(*) AS n FROM q WHERE q.k = p.k AND predict('truth', q.s).prediction) l ORDER BY p.id
SELECT id, key, value FROM q LATERAL VIEW explode(predict('news', x, s).probabilities) t AS key, value ORDER BY id, key
SELECT id, predict('price', value).prediction FROM q LATERAL VIEW posexplode(v) t AS pos, value ORDER BY id, pos
