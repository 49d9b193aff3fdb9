SELECT p.id, q.id, ai_similarity(p.s, q.m) AS sim FROM p JOIN q ON p.id = q.id ORDER BY p.id
SELECT p.id, q.id FROM p JOIN q ON p.k = q.k AND ai_similarity(p.s, q.s) > 0.95 AND p.id < 9 ORDER BY p.id, q.id
SELECT p.id, q.id FROM p LEFT JOIN q ON p.id = q.id AND ai_similarity(p.s, q.m) > 0.5 ORDER BY p.id
SELECT p.id, q.id, ai_embed('mini', q.s) AS e FROM p LEFT JOIN q ON p.id = q.id AND ai_embed('mini', q.s)[0] > 0.4 ORDER BY p.id
SELECT p.id, q.id, ai_embed('mini', p.s) AS e FROM p FULL JOIN q ON p.id = q.id + 1 AND ai_embed('mini', p.s)[0] > 0.4 ORDER BY p.id, q.id
SELECT p.id FROM p LEFT ANTI JOIN q ON p.id = q.id AND ai_embed('mini', q.s) IS NULL ORDER BY p.id
SELECT id, l.sim FROM p, LATERAL (SELECT ai_similarity(p.s, p.m) AS sim) l ORDER BY id
