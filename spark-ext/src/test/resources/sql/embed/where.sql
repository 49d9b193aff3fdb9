-- Conditions, and names of the select list in them.
SELECT id FROM p WHERE ai_embed('mini', s)[0] > 0.5 ORDER BY id
SELECT id, ai_embed('mini', s) AS e FROM p WHERE e[0] > 0.5 AND id < 100 ORDER BY id
SELECT id, ai_embed('mini', s) AS e FROM p WHERE e IS NULL ORDER BY id
SELECT id, ai_embed('mini', m) AS e FROM p WHERE e IS NOT NULL AND size(e) = 5 ORDER BY id
SELECT id, ai_similarity(s, m) AS sim FROM p WHERE sim > 0.8 ORDER BY sim DESC, id
SELECT id, ai_similarity(s, 'text 3', 'mini') AS sim FROM p WHERE sim IS NULL OR sim < 0.9 ORDER BY id
SELECT id FROM p WHERE ai_similarity(s, 'text 1') > ai_similarity(s, 'text 2') ORDER BY id
SELECT id, ai_embed('mini', s) AS e, predict('news', x, s) AS r FROM p WHERE r.confidence > 0.6 AND e[2] < 0.7 ORDER BY id
SELECT id FROM p WHERE ai_embed('mini', s)[0] > 0.3 AND rand(3) >= 0 ORDER BY id
SELECT count(*) FROM (SELECT id FROM p WHERE ai_similarity(s, 'text 1') > 0.5 LIMIT 5)
SELECT id FROM p WHERE ai_embed('mini', s)[0] > (SELECT avg(ai_embed('mini', s)[0]) FROM q) ORDER BY id
SELECT id FROM p WHERE EXISTS (SELECT 1 FROM q WHERE q.k = p.k AND ai_similarity(q.s, 'text 5') > 0.9) ORDER BY id
SELECT id FROM p WHERE id NOT IN (SELECT id FROM q WHERE ai_embed('mini', s) IS NULL) ORDER BY id
